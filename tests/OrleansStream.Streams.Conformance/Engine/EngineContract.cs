using System.Text;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Conformance.Model;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Conformance.Engine;

/// <summary>An engine on a log of its own, and what was appended to it, for tests that any log must pass.</summary>
public abstract class EngineContract : IAsyncLifetime
{
    private readonly Dictionary<string, int> _appended = [];
    private RunChecker _checker = null!;

    protected EngineUnderTest Engine { get; private set; } = null!;

    /// <summary>A place of the test's own, empty.</summary>
    protected abstract ILogPlace CreatePlace();

    protected virtual ICheckpointStore CreateStore() => new FakeCheckpointStore();

    /// <summary>What the test needs other than the usual.</summary>
    protected virtual EngineSetup Adapt(EngineSetup setup) => setup;

    public async ValueTask InitializeAsync()
    {
        Engine = await EngineUnderTest.StartAsync(Adapt(new EngineSetup { Place = CreatePlace(), Store = CreateStore() }));
        _checker = new RunChecker(Engine, _ => true);
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Appends an event per key given, every key's in order, and remembers what the log answered.</summary>
    protected async Task<List<LogRecord>> AppendAsync(IEnumerable<string> keys, Func<string, string>? textOf = null)
    {
        var records = new List<LogRecord>();
        foreach (string key in keys)
        {
            int number = _appended[key] = _appended.GetValueOrDefault(key) + 1;
            string id = $"{key}-{number:d6}";
            records.Add(new LogRecord
            {
                Key = key, Id = id, Time = Records.Time, ReceivedAt = Records.Time, Value = Encoding.UTF8.GetBytes(textOf?.Invoke(id) ?? "plain"),
            });
            _checker.Appends.Try(records[^1]);
        }
        foreach (var batch in records.Chunk(1_000))
        {
            var results = await Engine.Log.AppendAsync(ChainProcessor.Topic, batch).WaitAsync(Wait.Limit);
            Assert.Empty(batch.Zip(results, _checker.Appends.Acknowledge).OfType<string>());
        }
        return records;
    }

    protected Task AppendAsync(int count, int keys) => AppendAsync(Enumerable.Range(0, count).Select(i => $"k{i % keys}"));

    /// <summary>Everything is applied and committed, and is what the model says.</summary>
    protected async Task AssertAllAppliedOnceAsync(string phase, TimeSpan? limit = null)
    {
        string? stuck = await _checker.WhenAtRestAsync(limit ?? Wait.Limit);
        Assert.True(stuck is null, $"{phase}: {stuck}");
        var wrong = await _checker.CheckAsync();
        Assert.True(wrong.Count == 0, $"{phase}: {string.Join('\n', wrong.Take(20))}");
    }

    /// <summary>Keys that all lie in one partition.</summary>
    protected IEnumerable<string> KeysIn(TopicPartition partition) =>
        Enumerable.Range(0, int.MaxValue).Select(i => $"k{i}").Where(key => Engine.PartitionOf(key) == partition);

    protected async Task<int> StoredCountAsync(IEnumerable<string> keys)
    {
        int stored = 0;
        foreach (string key in keys)
            if (await Engine.Watch.StoredAsync(key) >= 0) stored++;
        return stored;
    }
}
