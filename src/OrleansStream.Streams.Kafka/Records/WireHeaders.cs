namespace OrleansStream.Streams.Kafka.Records;

/// <summary>Headers of a record on the wire: CloudEvents' binary mode, and what is our own.</summary>
internal static class WireHeaders
{
    public const string Prefix = "ce_";
    public const string SpecVersion = "ce_specversion";
    public const string Id = "ce_id";
    public const string Source = "ce_source";
    public const string Type = "ce_type";
    public const string Time = "ce_time";
    public const string ContentType = "content-type";

    /// <summary>
    /// When the event was handed in, UTC ticks. It stands behind what was derived from the record and before its own headers: a record without it was written by
    /// somebody else, and all its headers are its own.
    /// </summary>
    public const string ReceivedAt = "os-received";

    /// <summary>The record's identity where its CloudEvents attribute says something else.</summary>
    public const string OwnId = "os-id";

    /// <inheritdoc cref="OwnId"/>
    public const string OwnSource = "os-source";

    /// <inheritdoc cref="OwnId"/>
    public const string OwnTime = "os-time";

    /// <summary>Stands for no source, which CloudEvents do not allow.</summary>
    public const string NoSource = "urn:orleansstream";

    public const string Json = "application/json";
}
