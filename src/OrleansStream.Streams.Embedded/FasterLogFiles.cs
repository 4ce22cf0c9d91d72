using FASTER.core;

namespace OrleansStream.Streams.Embedded;

/// <summary>How a partition's FasterLog lies on disk: <c>records.log.N</c> segments of 64 MiB and <c>log-commits/</c>.</summary>
internal static class FasterLogFiles
{
    private const string Name = "records.log";

    /// <summary>Commits are found in the log itself (fast commit); a commit file is written once in so many, to bound the scan at start.</summary>
    private const int CommitFileEvery = 1024;

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
            PageSize = 1 << 20,
            MemorySize = 1 << 23,
            SegmentSize = 1 << 26,
        });
        return (device, log);
    }

    public static bool HoldRecords(string directory) =>
        Directory.EnumerateFiles(directory, Name + ".*").Any(file => new FileInfo(file).Length > 0);
}
