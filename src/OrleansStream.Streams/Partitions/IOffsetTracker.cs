namespace OrleansStream.Streams.Partitions;

/// <summary>What the partition grain asks of <see cref="OffsetTracker"/>; an interface so that tests can show that a wrong one is found out.</summary>
internal interface IOffsetTracker
{
    /// <inheritdoc cref="OffsetTracker.Next"/>
    long Next { get; }

    /// <inheritdoc cref="OffsetTracker.Watermark"/>
    long Watermark { get; }

    /// <inheritdoc cref="OffsetTracker.Register"/>
    void Register(long offset);

    /// <inheritdoc cref="OffsetTracker.SkipTo"/>
    void SkipTo(long offset);

    /// <inheritdoc cref="OffsetTracker.Complete"/>
    void Complete(long offset);
}

/// <summary>A tracker for a partition that starts at the offset.</summary>
internal delegate IOffsetTracker OffsetTrackerFactory(long start);
