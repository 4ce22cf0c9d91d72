namespace OrleansStream.Streams.Embedded.Retention;

/// <summary>
/// How long a topic's records stay. Whole files go, oldest first; never the one that is written to, and never what a registered consumer has not committed.
/// </summary>
public sealed class RetentionOptions
{
    /// <summary>Files whose newest record was received longer ago are removed. At least a minute; null keeps them forever. Default 7 days.</summary>
    public TimeSpan? Time { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Per partition: the oldest files are removed as long as the others hold at least so much. Bytes; null, the default, for no bound.</summary>
    public long? Bytes { get; set; }
}
