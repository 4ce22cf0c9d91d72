namespace OrleansStream.Streams.Log;

/// <summary>What the engine may ask of any log.</summary>
public static class LogLimits
{
    /// <summary>Every log takes records of this <see cref="LogRecord.Size"/>: Kafka's default bound is 1 MiB. What the engine writes itself is never larger. Bytes.</summary>
    public const int RecordBytes = 1_000_000;
}
