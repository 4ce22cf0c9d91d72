using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Embedded.Files;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Embedded.Faults;

/// <summary>An embedded log of one partition on a faulty file system, and what tests ask of it.</summary>
internal static class FaultyLog
{
    public const string Topic = "events";
    public const string Directory = "/log";
    public const string PartitionDirectory = "/log/events/000";
    public static readonly TopicPartition Partition = new(Topic, 0);
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static EmbeddedLog Open(
        ILogFileSystem files, Action<EmbeddedLogOptions>? configure = null, TimeProvider? time = null, Microsoft.Extensions.Logging.ILogger<EmbeddedLog>? logger = null)
    {
        var options = new EmbeddedLogOptions { Directory = Directory, TailRecords = 1, SegmentBytes = 2_048, MinFreeBytes = 0 };
        options.Topics.Add(Topic, 1);
        configure?.Invoke(options);
        var log = new EmbeddedLog(Options.Create(options), time ?? TimeProvider.System, logger ?? NullLogger<EmbeddedLog>.Instance, [], files);
        log.Open();
        return log;
    }

    /// <summary>Appends records with these ids in one call.</summary>
    public static Task<AppendResult[]> AppendAsync(EmbeddedLog log, IEnumerable<string> ids, int valueBytes = 40) =>
        log.AppendAsync(Topic, [.. ids.Select(id => Records.Of("k", id, new string((char)('a' + id.Length % 26), valueBytes)))]).WaitAsync(Limit);

    public static Task<AppendResult[]> AppendAsync(EmbeddedLog log, int first, int count, int valueBytes = 40) =>
        AppendAsync(log, Enumerable.Range(first, count).Select(i => $"{i}"), valueBytes);

    public static async Task<List<LogRecord>> ReadAllAsync(EmbeddedLog log)
    {
        using var reader = log.OpenReader(Partition, 0);
        var all = new List<LogRecord>();
        while (await reader.ReadAsync(1_000, 1 << 20, TimeSpan.Zero) is { Count: > 0 } read) all.AddRange(read);
        return all;
    }

    /// <summary>The partition's segment files, oldest first.</summary>
    public static List<string> Segments(FaultyFileSystem files) =>
        [.. files.Files().Select(f => f.Path).Where(p => p.StartsWith(PartitionDirectory, StringComparison.Ordinal) && p.EndsWith(".log", StringComparison.Ordinal))];
}
