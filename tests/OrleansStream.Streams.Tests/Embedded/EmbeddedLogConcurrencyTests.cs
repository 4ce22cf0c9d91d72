using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Embedded;

/// <summary>Many appenders at once, and a copy of the files taken meanwhile, which is what a crash leaves.</summary>
public sealed class EmbeddedLogConcurrencyTests : IDisposable
{
    private const int Appenders = 16;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly EmbeddedLogFolder _folder = new();
    private readonly EmbeddedLogFolder _copy = new();
    private readonly int _seed = TestSeed.Next();
    private readonly List<(LogRecord Record, Position Position)> _acknowledged = [];

    public void Dispose()
    {
        _folder.Dispose();
        _copy.Dispose();
    }

    [Fact]
    public async Task HoldsExactlyWhatWasAcknowledgedInEachAppendersOrder_WhenManyAppend()
    {
        await using var log = _folder.Open(configure: o => o.TailRecords = 500);
        await AppendFromAllAsync(log, batches: 60);
        await AssertHoldsAsync(log, "live", exactly: true);
        await log.DisposeAsync();
        await using var again = _folder.Open();
        await AssertHoldsAsync(again, "opened again", exactly: true);
    }

    [Fact]
    public async Task HoldsWhatWasAcknowledgedBeforeACrash_WhenItIsOpenedAfterIt()
    {
        await using var log = _folder.Open();
        using var stop = new CancellationTokenSource();
        var appending = AppendFromAllAsync(log, int.MaxValue, stop.Token);
        List<(LogRecord, Position)> before;
        do
        {
            await log.AppendAsync("other", [Records.Of("pace", Guid.NewGuid().ToString())]);
            lock (_acknowledged) before = [.. _acknowledged];
        }
        while (before.Count < 3_000);
        CopyFiles(_folder.Path, _copy.Path);
        await stop.CancelAsync();
        await appending.WaitAsync(Limit);
        lock (_acknowledged)
        {
            _acknowledged.Clear();
            _acknowledged.AddRange(before);
        }
        await using (var recovered = _copy.Open()) await AssertHoldsAsync(recovered, "the copy", exactly: false);
        await using var again = _copy.Open();
        await AssertHoldsAsync(again, "the copy opened again", exactly: false);
        var next = (await again.AppendAsync("events", [Records.Of("0", "after")]))[0];
        Assert.False(next.Duplicate);
        Assert.Equal(next.Position.Offset + 1, again.Watermarks(next.Position.TopicPartition).High);
    }

    /// <summary>Appender n writes batches of its own key n, and notes what was answered.</summary>
    private async Task AppendFromAllAsync(EmbeddedLog log, int batches, CancellationToken stop = default)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var all = Enumerable.Range(0, Appenders).Select(async appender =>
        {
            var random = new Random(_seed + appender);
            await start.Task;
            for (int batch = 0, number = 0; batch < batches && !stop.IsCancellationRequested; batch++)
            {
                var records = new LogRecord[1 + random.Next(20)];
                for (int i = 0; i < records.Length; i++)
                    records[i] = Records.Of($"{appender}", $"{appender}-{number++:d6}", new string('v', random.Next(random.Next(10) == 0 ? 30_000 : 300)));
                var results = await log.AppendAsync("events", records).WaitAsync(Limit, CancellationToken.None);
                lock (_acknowledged)
                    for (int i = 0; i < records.Length; i++) _acknowledged.Add((records[i], results[i].Position));
            }
        }).ToList();
        start.SetResult();
        await Task.WhenAll(all).WaitAsync(Limit, CancellationToken.None);
    }

    private async Task AssertHoldsAsync(EmbeddedLog log, string phase, bool exactly)
    {
        var found = new Dictionary<Position, LogRecord>();
        for (int p = 0; p < 4; p++)
        {
            var partition = new TopicPartition("events", p);
            using var reader = log.OpenReader(partition, 0);
            for (long next = 0, high = log.Watermarks(partition).High; next < high;)
            {
                var records = await reader.ReadAsync(500, 1 << 20, TimeSpan.Zero);
                Assert.True(records.Count > 0, $"seed {_seed}, {phase}: {partition} ends at {next} of {high}");
                foreach (var record in records)
                {
                    Assert.True(record.Offset == next, $"seed {_seed}, {phase}: {partition} has offset {record.Offset} where {next} is due");
                    found.Add(new Position("events", p, next++), record);
                }
            }
        }
        foreach (var (record, position) in _acknowledged)
        {
            Assert.True(found.TryGetValue(position, out var read), $"seed {_seed}, {phase}: {record.Id} at {position} is lost");
            Assert.True(read.Id == record.Id && read.Value.Span.SequenceEqual(record.Value.Span), $"seed {_seed}, {phase}: {position} holds {read.Id}, acknowledged {record.Id}");
        }
        if (exactly) Assert.Equal(_acknowledged.Count, found.Count);
        foreach (var appender in found.Values.GroupBy(r => r.Key))
            Assert.True(appender.Select(r => r.Id).SequenceEqual(appender.Select((_, i) => $"{appender.Key}-{i:d6}")), $"seed {_seed}, {phase}: appender {appender.Key} has a hole or is out of order");
    }

    /// <summary>Oldest files first, as the log writes them: a file must never follow one that is not there.</summary>
    private static void CopyFiles(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Order()) Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
    }

    private static void Copy(string file, string target)
    {
        if (Path.GetFileName(file) == "lock") return;
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = File.Create(target);
        source.CopyTo(copy);
    }
}
