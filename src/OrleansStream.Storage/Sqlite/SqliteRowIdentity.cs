namespace OrleansStream.Storage.Sqlite;

/// <summary>How a statement about one row says which: its parameters 1 to 7.</summary>
internal static class SqliteRowIdentity
{
    /// <summary>The parameter of the service's id; it stays as it was bound first.</summary>
    public const int Service = 7;

    /// <summary>Finds a core row. <c>IS</c> compares nulls as well.</summary>
    public const string CoreRow =
        "GrainIdHash=?1 AND GrainTypeHash=?2 AND GrainIdN0=?3 AND GrainIdN1=?4 AND GrainTypeString=?5 AND GrainIdExtensionString IS ?6 AND ServiceId=?7";

    /// <summary>Finds the history of a row.</summary>
    public const string History = "GrainIdHash=?1 AND GrainTypeHash=?2 AND GrainTypeString=?5 AND GrainIdExtensionString=?6 AND ServiceId=?7";

    public static void Bind(this SqliteStatement statement, RowIdentity row)
    {
        statement.Bind(1, row.IdHash);
        statement.Bind(2, row.TypeHash);
        statement.Bind(3, row.N0);
        statement.Bind(4, row.N1);
        statement.Bind(5, row.Type);
        statement.Bind(6, row.Text);
    }
}
