namespace OrleansStream.Storage.Postgres;

/// <summary>The statements on core rows. Lists of values come as arrays, sorted as all writers sort them, and are joined to the table through its unique index.</summary>
internal static class PostgresStatements
{
    /// <summary>
    /// A plan made while the table was empty must not scan it when it has grown: rows are looked up one by one through the index, then fetched by where they lie. And a
    /// process that was cut off in the middle of a transaction must not keep its rows locked for long: others have them by then.
    /// </summary>
    public const string Session = "SET enable_seqscan=off; SET enable_hashjoin=off; SET enable_mergejoin=off; SET jit=off; SET plan_cache_mode=force_generic_plan; SET idle_in_transaction_session_timeout='10s'";

    private const string Values = "GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, GrainIdExtensionString";

    private const string Input = $"input AS MATERIALIZED (SELECT * FROM unnest($2, $3, $4, $5, $6, $7, $8, $9) WITH ORDINALITY AS i({Values}, Expected, Payload, Place))";

    /// <summary>Those rows of the batch that there are, with where they lie, in its order: so they are locked. <c>IS NOT DISTINCT FROM</c> compares nulls as well.</summary>
    private const string Found = """
        SELECT i.Place, i.Expected, i.Payload, (
          SELECT t.ctid FROM OrleansStorage t
          WHERE t.GrainIdHash=i.GrainIdHash AND t.GrainTypeHash=i.GrainTypeHash AND t.GrainIdN0=i.GrainIdN0 AND t.GrainIdN1=i.GrainIdN1
            AND t.GrainTypeString=i.GrainTypeString AND t.GrainIdExtensionString IS NOT DISTINCT FROM i.GrainIdExtensionString AND t.ServiceId=$1
        ) AS Lies
        FROM input i
        """;

    /// <summary>
    /// Rows that are expected are updated where the version fits, others inserted where there is none. Answers the places of those updated and the identities of
    /// those inserted: an INSERT does not know the place its row came from.
    /// </summary>
    public const string Write = $"""
        WITH {Input}, updated AS (
          UPDATE OrleansStorage AS s SET PayloadBinary=f.Payload, ModifiedOn=now() AT TIME ZONE 'utc', Version=s.Version+1
          FROM ({Found} WHERE i.Expected IS NOT NULL ORDER BY i.Place) AS f
          WHERE s.ctid=f.Lies AND s.Version=f.Expected
          RETURNING f.Place::integer
        ), inserted AS (
          INSERT INTO OrleansStorage ({Values}, ServiceId, PayloadBinary, ModifiedOn, Version)
          SELECT {Values}, $1, Payload, now() AT TIME ZONE 'utc', 1 FROM input WHERE Expected IS NULL ORDER BY Place
          ON CONFLICT DO NOTHING
          RETURNING {Values}
        )
        SELECT Place, NULL, NULL, NULL, NULL, NULL, NULL FROM updated
        UNION ALL
        SELECT NULL, {Values} FROM inserted
        """;

    /// <summary>Clears rows, or deletes those whose payload says so, where the version fits. Answers the places of what was done.</summary>
    public const string Remove = $"""
        WITH {Input}, cleared AS (
          UPDATE OrleansStorage AS s SET PayloadBinary=NULL, ModifiedOn=now() AT TIME ZONE 'utc', Version=s.Version+1
          FROM ({Found} WHERE NOT i.Payload ORDER BY i.Place) AS f
          WHERE s.ctid=f.Lies AND s.Version=f.Expected
          RETURNING f.Place::integer
        ), deleted AS (
          DELETE FROM OrleansStorage AS s USING ({Found} WHERE i.Payload ORDER BY i.Place) AS f
          WHERE s.ctid=f.Lies AND s.Version=f.Expected
          RETURNING f.Place::integer
        )
        SELECT * FROM cleared UNION ALL SELECT * FROM deleted
        """;

    private const string Row =
        "GrainIdHash=$1 AND GrainTypeHash=$2 AND GrainTypeString=$3 AND ServiceId=$4 AND GrainIdExtensionString IS NOT DISTINCT FROM $5";

    public const string Read = $"SELECT Version, PayloadBinary FROM OrleansStorage WHERE {Row} AND GrainIdN0=$6 AND GrainIdN1=$7";

    private const string History = "SELECT FirstOffset, IdHashes, Payload FROM OrleansStreamHistory WHERE";

    public const string HistoryBefore = $"{History} {Row} AND FirstOffset<$6 ORDER BY FirstOffset DESC LIMIT $7";

    public const string HistoryWith = $"{History} {Row} AND position($6 in IdHashes)>0 ORDER BY FirstOffset DESC";

    public const string DueTimers =
        "SELECT GrainKey, Name, DueAt FROM OrleansStreamTimers WHERE ServiceId=$1 AND Topic=$2 AND PartitionId=$3 AND DueAt<=$4 ORDER BY DueAt LIMIT $5";

    public const string Append = """
        INSERT INTO OrleansStreamHistory (GrainIdHash, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId, FirstOffset, IdHashes, Payload)
        SELECT idHash, typeHash, type, key, $1, first, hashes, payload
        FROM unnest($2, $3, $4, $5, $6, $7, $8) AS i(idHash, typeHash, type, key, first, hashes, payload)
        ON CONFLICT DO NOTHING
        """;

    public const string Drop = """
        DELETE FROM OrleansStreamHistory AS h USING unnest($2, $3, $4, $5, $6) AS i(idHash, typeHash, type, key, before)
        WHERE h.ServiceId=$1 AND h.GrainIdHash=i.idHash AND h.GrainTypeHash=i.typeHash AND h.GrainTypeString=i.type AND h.GrainIdExtensionString=i.key AND h.FirstOffset<i.before
        """;

    public const string SetTimers = """
        INSERT INTO OrleansStreamTimers (ServiceId, Topic, PartitionId, GrainKey, Name, DueAt)
        SELECT $1, topic, partition, key, name, due FROM unnest($2, $3, $4, $5, $6) AS i(topic, partition, key, name, due)
        ON CONFLICT (ServiceId, Topic, PartitionId, GrainKey, Name) DO UPDATE SET DueAt=excluded.DueAt
        """;

    public const string CancelTimers = """
        DELETE FROM OrleansStreamTimers AS t USING unnest($2, $3, $4, $5) AS i(topic, partition, key, name)
        WHERE t.ServiceId=$1 AND t.Topic=i.topic AND t.PartitionId=i.partition AND t.GrainKey=i.key AND t.Name=i.name
        """;
}
