using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Conformance;

/// <summary>Where a log under test lies: empty when it is made, and still there after the log is closed or killed. A log's own tests say what theirs is.</summary>
public interface ILogPlace : IAsyncDisposable
{
    LogCapabilities Capabilities { get; }

    /// <summary>Opens the log with these topics and their numbers of partitions.</summary>
    ValueTask<IEventLog> OpenAsync(IReadOnlyDictionary<string, int> topics);

    ValueTask CloseAsync(IEventLog log);

    /// <summary>Lets the log go as a crash would, nothing flushed and nothing said; a log that cannot do that within one process is closed.</summary>
    ValueTask KillAsync(IEventLog log) => CloseAsync(log);
}

/// <summary>What a log does beyond what all must; tests of what it does not are skipped, visibly.</summary>
[Flags]
public enum LogCapabilities
{
    None = 0,

    /// <summary>Drops an id it has before the append, so that the answer can say so.</summary>
    DeduplicatesBeforeAppend = 1,

    /// <summary>Offsets have no gaps.</summary>
    DenseOffsets = 2,

    /// <summary>Removes records when told to.</summary>
    Trims = 4,

    /// <summary>Finds the offset for a time.</summary>
    FindsTimes = 8,

    /// <summary>Keeps what somebody holds.</summary>
    Holds = 16,

    /// <summary>A redrive passes de-duplication, once.</summary>
    Redrives = 32,

    All = DeduplicatesBeforeAppend | DenseOffsets | Trims | FindsTimes | Holds | Redrives,
}
