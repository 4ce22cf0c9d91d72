using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansStream.Gateway.Pipeline;
using OrleansStream.Gateway.Pipeline.Batch;
using OrleansStream.Grains.Cards;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.ReadModels;
using OrleansStream.Streams.Tests.Fakes;

namespace OrleansStream.Gateway.Tests.PipelineView;

/// <summary>A batch job on a log in memory, with a clock that a test moves. Jobs that follow each other have the same log and store, as processes do.</summary>
internal sealed class BatchBench : IAsyncDisposable
{
    public static readonly TopicPartition First = new(CardTopics.Transactions, 0);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly PipelineOptions _options;
    private int _lastId;
    private long _armedAtStart, _pollsAtStart, _reschedules;

    public BatchBench(int batchRecords = 1_000_000)
    {
        _options = new PipelineOptions { BatchRecords = batchRecords };
        Log = new FakeEventLog(new Dictionary<string, int> { [CardTopics.Transactions] = 2, [CardTopics.Decisions] = 2 }, Time);
        Job = New();
    }

    public WatchedTime Time { get; } = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));

    public FakeEventLog Log { get; }

    public FakeSnapshots Store { get; } = new();

    public BatchJob Job { get; private set; }

    /// <summary>Returns when the job waits for its time.</summary>
    public async Task StartAsync()
    {
        _armedAtStart = Time.Timers;
        await Job.StartAsync(CancellationToken.None);
        await UntilAsync(() => Time.Timers > _armedAtStart, "the job waits");
        (_pollsAtStart, _reschedules) = ((await Job.StandingAsync(CancellationToken.None)).State.Polls, 0);
    }

    public async Task SetIntervalAsync(double seconds)
    {
        await Job.SetIntervalAsync(seconds, CancellationToken.None);
        _reschedules++;
    }

    /// <summary>As a process that was killed: nothing is stored at the end.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        Job = New();
        await StartAsync();
    }

    /// <summary>Records of two cards that lie in different partitions, handed in now.</summary>
    public Task AppendAsync(int count) => Log.AppendAsync(CardTopics.Transactions, [.. Enumerable.Range(0, count).Select(_ => Record())]);

    /// <summary>Moves the clock while the job waits for it, and returns when it has polled so many times in all.</summary>
    public async Task<BatchStanding> AdvanceAsync(double seconds, long polls)
    {
        long now = (await Job.StandingAsync(CancellationToken.None)).State.Polls;
        await UntilAsync(() => Time.Timers > _armedAtStart + _reschedules + now - _pollsAtStart, "the job waits");
        Time.Advance(TimeSpan.FromSeconds(seconds));
        return await UntilPolledAsync(polls, TimeSpan.Zero);
    }

    /// <summary>Moves the clock, by some step at a time, until the job has polled so many times in all.</summary>
    public async Task<BatchStanding> UntilPolledAsync(long polls, TimeSpan step)
    {
        BatchStanding standing = null!;
        await UntilAsync(async () => (standing = await Job.StandingAsync(CancellationToken.None)).State.Polls >= polls, $"{polls} polls", () => Time.Advance(step));
        return standing;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task StopAsync()
    {
        await Job.StopAsync(CancellationToken.None);
        Job.Dispose();
    }

    private static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what, () => { });

    private static async Task UntilAsync(Func<Task<bool>> condition, string what, Action meanwhile)
    {
        for (long started = Environment.TickCount64; !await condition(); await Task.Delay(1))
        {
            Assert.True(Environment.TickCount64 - started < Limit.TotalMilliseconds, $"Waited in vain until {what}.");
            meanwhile();
        }
    }

    private LogRecord Record()
    {
        string id = $"tx-{++_lastId}";
        return new LogRecord { Key = $"card-{_lastId % 7}", Id = id, Source = "test", Time = Time.GetUtcNow(), ReceivedAt = Time.GetUtcNow(), Value = "{}"u8.ToArray() };
    }

    private BatchJob New() => new(Log, new ProcessorRegistry([new CardProcessor()]), Options.Create(_options), Time, NullLogger<BatchJob>.Instance, Store);
}

/// <summary>A clock that counts who waits for it, so that a test moves it only when somebody does.</summary>
internal sealed class WatchedTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private long _timers;

    public long Timers => Interlocked.Read(ref _timers);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Interlocked.Increment(ref _timers);
        return timer;
    }
}

/// <summary>A store in memory that a test can break.</summary>
internal sealed class FakeSnapshots : ISnapshotStore
{
    private byte[]? _stored;

    public bool Broken { get; set; }

    public int Writes { get; private set; }

    public Task<StoredSnapshot?> ReadAsync(string model, CancellationToken cancellationToken) =>
        Task.FromResult(_stored is null ? null : new StoredSnapshot(_stored, AsyncEnumerable.Empty<byte[]>()));

    public Task<bool> WriteAsync(string model, byte[] head, IEnumerable<byte[]> pieces, Func<byte[], bool> replaces, CancellationToken cancellationToken)
    {
        if (Broken) return Task.FromException<bool>(new IOException("The store is broken."));
        _stored = head;
        Writes++;
        return Task.FromResult(true);
    }
}
