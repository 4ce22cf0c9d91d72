using FASTER.core;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded;

/// <summary>How a partition's FasterLog lies on disk: <c>records.log.N</c> segments of 64 MiB and <c>log-commits/</c>.</summary>
internal static class FasterLogFiles
{
    private const string Name = "records.log";

    /// <summary>Commits are found in the log itself (fast commit); a commit file is written once in so many, to bound the scan at start.</summary>
    private const int CommitFileEvery = 1024;

    /// <summary>An entry never spans pages. Bytes.</summary>
    private const int PageSize = 1 << 20;

    /// <summary>What a page spends beside its entry, rounded up. Bytes.</summary>
    private const int PageOverhead = 256;

    /// <summary>Before anything of a batch is taken in: a record refused later would leave its id remembered without a record.</summary>
    /// <exception cref="ArgumentException">The record is larger than the log can hold.</exception>
    public static void ThrowIfTooLarge(LogRecord record)
    {
        int length = LogRecordCodec.MaxLength(record);
        if (length > PageSize - PageOverhead)
            throw new ArgumentException($"A record of {length} bytes does not fit the embedded log, which takes up to {PageSize - PageOverhead}.", nameof(record));
    }

    public static (IDevice Device, FasterLog Log) Open(string directory)
    {
        var device = Devices.CreateLogDevice(Path.Combine(directory, Name));
        var commits = new DeviceLogCommitCheckpointManager(
            new LocalStorageNamedDeviceFactory(), new DefaultCheckpointNamingScheme(directory), removeOutdated: true, CommitFileEvery);
        var log = new FasterLog(new FasterLogSettings
        {
            LogDevice = device,
            LogCommitManager = commits,
            LogChecksum = LogChecksumType.PerEntry,
            FastCommitMode = true,
            PageSize = PageSize,
            MemorySize = 1 << 23,
            SegmentSize = 1 << 26,
        });
        return (device, log);
    }

    public static bool HoldRecords(string directory) =>
        Directory.EnumerateFiles(directory, Name + ".*").Any(file => new FileInfo(file).Length > 0);
}
