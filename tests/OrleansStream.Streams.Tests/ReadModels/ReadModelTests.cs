using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;
using OrleansStream.Streams.Tests.Fakes;

namespace OrleansStream.Streams.Tests.ReadModels;

public sealed class ReadModelTests : IAsyncLifetime
{
    private const int Partitions = 3;
    private static readonly GrainId Row = GrainId.Create("read-model", "chain");
    private readonly FakeTimeProvider _time = new(Records.Time);
    private readonly FakeEventLog _log;
    private readonly FakeCheckpointStore _store = new();
    private ChainModel _model = new();
    private ReadModelHost? _host;
    private int _appended;

    public ReadModelTests() => _log = new FakeEventLog(new Dictionary<string, int> { ["in"] = Partitions }, _time);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
    }

    [Fact]
    public async Task EqualsTheLog_WhenItIsStoppedKilledAndStartedAgainAtRandom()
    {
        int seed = TestSeed.Next();
        var random = new Random(seed);
        for (int round = 0; round < 20; round++)
        {
            await StartAsync();
            await AppendAsync(random.Next(60));
            if (random.Next(2) == 0) await LevelAsync();
            if (random.Next(2) == 0) _time.Advance(new ReadModelOptions().SnapshotInterval);
            await AppendAsync(random.Next(20));
            if (random.Next(2) == 0) await _host!.StopAsync(CancellationToken.None);
            await _host!.DisposeAsync();
        }
        await StartAsync();
        await LevelAsync();
        Assert.True(ChainModel.Of(_log) == _model.Shown, $"seed {seed}: {_model.Shown}");
        await Wait.ForAsync(_host!.RebuildAsync("chain", 1, new Dictionary<TopicPartition, long>()), "the rebuild");
        Assert.True(ChainModel.Of(_log) == _model.Shown, $"seed {seed}, rebuilt: {_model.Shown}");
    }

    [Fact]
    public async Task ReadsOnlyWhatIsNew_WhenThereIsASnapshot()
    {
        await AppendAsync(50);
        await StartAsync();
        await LevelAsync();
        await StopAsync();
        await AppendAsync(7);
        await StartAsync();
        await LevelAsync();
        Assert.Equal(7, _model.Applied);
        Assert.Equal(ChainModel.Of(_log), _model.Shown);
    }

    [Fact]
    public async Task IsStoredAndCommitsItsPositions_WhenTheIntervalHasPassed()
    {
        await StartAsync();
        await AppendAsync(30);
        await LevelAsync();
        await Wait.UntilAsync(() =>
        {
            _time.Advance(new ReadModelOptions().SnapshotInterval);
            return _store.Row(Row) is not null && AllPartitions.All(p => Committed(p) == _log.Watermarks(p).High);
        }, "the model is stored and its positions are committed");
    }

    [Fact]
    public async Task IsNotTrimmedAway_BeforeItHasSeenIt()
    {
        await StartAsync();
        await LevelAsync();
        await StopAsync();
        await AppendAsync(30);
        foreach (var p in AllPartitions) await _log.TrimAsync(p, long.MaxValue);
        await StartAsync();
        await LevelAsync();
        Assert.Equal(30, _model.Applied);
        Assert.Equal(0, _host!.Status[0].Lost);
    }

    [Theory]
    [InlineData("corrupt")]
    [InlineData("cut")]
    [InlineData("version")]
    [InlineData("unreadable")]
    [InlineData("without a piece")]
    [InlineData("with a damaged piece")]
    public async Task IsRebuilt_WhenItsSnapshotIs(string what)
    {
        await AppendAsync(40);
        await StartAsync();
        await LevelAsync();
        await StopAsync();
        var rows = _store.RowsOf("read-model").Where(r => r != Row).ToList();
        Assert.Equal(11, rows.Count);
        var spoiled = what is "without a piece" or "with a damaged piece" ? rows[7] : Row;
        byte[] stored = _store.Row(spoiled)!.Payload;
        byte[]? bytes = what switch
        {
            "corrupt" or "with a damaged piece" => [.. stored.Select((b, i) => i == stored.Length / 2 ? (byte)(b ^ 1) : b)],
            "cut" => stored[..^5],
            "unreadable" => (SnapshotManifest.TryDecode(stored)! with { Pieces = [], Inline = [1, 2, 3] }).Encode(),
            "without a piece" => null,
            _ => stored,
        };
        await _store.WriteAsync([new(spoiled, _store.Row(spoiled)!.Version, bytes)]);
        await StartAsync(new ChainModel(what == "version" ? 2 : 1));
        await LevelAsync();
        Assert.Equal(40, _model.Applied);
        Assert.Equal(ChainModel.Of(_log), _model.Shown);
    }

    /// <summary>Snapshots that broke off anywhere: whoever starts next finds the one before, and at the end little is left over.</summary>
    [Fact]
    public async Task LeavesNoRowsBehind_WhenTheStoreFailsAtRandom()
    {
        int seed = TestSeed.Next();
        var random = new Random(seed);
        for (int round = 0; round < 30; round++)
        {
            _store.FailBefore = _ => random.Next(12) == 0 ? new IOException("disk") : null;
            _store.FailAfter = _ => random.Next(12) == 0 ? new IOException("the answer was lost") : null;
            await StartAsync();
            await AppendAsync(random.Next(1, 20));
            await LevelAsync();
            Assert.True(ChainModel.Of(_log) == _model.Shown, $"seed {seed}, round {round}: {_model.Shown}");
            await StopAsync();
            // A process that died holds a claim for some time.
            _time.Advance(TimeSpan.FromMinutes(6));
        }
        (_store.FailBefore, _store.FailAfter) = (_ => null, _ => null);
        for (int more = 0; more < 2; more++)
        {
            await StartAsync();
            await AppendAsync(1);
            await LevelAsync();
            await StopAsync();
        }
        Assert.InRange(_store.RowsOf("read-model").Count, 1, 1 + 2 * 11);
        await StartAsync();
        await LevelAsync();
        Assert.Equal(0, _model.Applied);
    }

    [Fact]
    public async Task KeepsTheOneThatIsAhead_WhenAProcessThatIsBehindStoresIts()
    {
        await AppendAsync(40);
        await StartAsync();
        await LevelAsync();
        await StopAsync();
        byte[] stored = _store.Row(Row)!.Payload;
        var behind = new ReadModelSnapshot(1, AllPartitions.ToDictionary(p => p, _ => 1L), 0);
        var store = new CheckpointSnapshotStore(_store, _time);
        Assert.False(await store.WriteAsync("chain", behind.Encode(), [[1]], behind.Replaces((_, _) => false), CancellationToken.None));
        Assert.Equal(stored, _store.Row(Row)!.Payload);
        var rebuilt = behind with { Generation = 5 };
        Assert.True(await store.WriteAsync("chain", rebuilt.Encode(), [[1]], rebuilt.Replaces((_, _) => false), CancellationToken.None));
    }

    [Fact]
    public async Task GoesOnAndSaysSo_WhenARecordCannotBeTakenIn()
    {
        var model = new ChainModel { Fail = r => r.Id == "5" ? new InvalidOperationException("no") : null };
        await AppendAsync(20);
        await StartAsync(model);
        await LevelAsync();
        Assert.Equal((19, 1), (model.Applied, (int)_host!.Status[0].Skipped));
        var health = await new ReadModelHealthCheck(_host).CheckHealthAsync(new());
        Assert.Equal(Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Degraded, health.Status);
    }

    [Fact]
    public async Task CatchesUp_WhenTheLogAndTheStoreWereDown()
    {
        await AppendAsync(20);
        _log.FailRead = _ => new LogUnavailableException("down");
        await StartAsync();
        await Wait.UntilAsync(() => _host!.Status[0].Failure is not null, "the failure shows");
        _log.FailRead = _ => null;
        var level = LevelAsync();
        await Wait.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            return level.IsCompleted;
        }, "it has caught up");
        Assert.Null(_host!.Status[0].Failure);
        Assert.Equal(ChainModel.Of(_log), _model.Shown);
    }

    [Fact]
    public async Task MissesEverything_WhileItIsRestored()
    {
        await AppendAsync(9);
        var progress = new ReadModelProgress(_log, _time);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal((9, TimeSpan.FromSeconds(3)), progress.Measure(AllPartitions));
        foreach (var p in AllPartitions) progress.Start(p, _log.Watermarks(p).High);
        Assert.Equal((0, TimeSpan.Zero), progress.Measure(AllPartitions));
    }

    [Fact]
    public async Task SaysForHowLongItIsBehind_WhenItCannotRead()
    {
        await StartAsync();
        await LevelAsync();
        _log.FailRead = _ => new LogUnavailableException("down");
        await AppendAsync(9);
        await Wait.UntilAsync(() => _host!.Status[0].Failure is not null || _model.Applied == 9, "the readers have seen it");
        if (_model.Applied == 9) await AppendAsync(9);
        await Wait.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            return _host!.Status[0].Staleness > TimeSpan.Zero;
        }, "it is said");
        Assert.InRange(_host!.Status[0].Lag, 1, 18);
    }

    [Fact]
    public async Task IsFalse_WhenThePositionIsNotReachedInTime()
    {
        await StartAsync();
        var waiting = _host!.WaitForAsync("chain", new Position("in", 0, 1_000), TimeSpan.FromSeconds(1));
        await Wait.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return waiting.IsCompleted;
        }, "the time is over");
        Assert.False(await waiting);
    }

    [Fact]
    public async Task StartsFromThere_WhenItIsRebuiltFromOffsets()
    {
        await AppendAsync(90);
        await StartAsync();
        await LevelAsync();
        var from = AllPartitions.ToDictionary(p => p, p => _log.Watermarks(p).High - 2);
        await Wait.ForAsync(_host!.RebuildAsync("chain", 1, from), "the rebuild");
        Assert.Equal(90 + 2 * Partitions, _model.Applied);
    }

    private static IEnumerable<TopicPartition> AllPartitions => Enumerable.Range(0, Partitions).Select(p => new TopicPartition("in", p));

    private long Committed(TopicPartition partition) => _log.CommittedAsync("chain", partition).AsTask().GetAwaiter().GetResult();

    private async Task StartAsync(ChainModel? model = null)
    {
        _model = model ?? new ChainModel();
        var services = new ServiceCollection().AddSingleton<ISnapshotStore>(new CheckpointSnapshotStore(_store, _time)).BuildServiceProvider();
        _host = new ReadModelHost([_model], _log, services, Options.Create(new ReadModelOptions()), Options.Create(new StreamEngineOptions()), _time, NullLoggerFactory.Instance);
        await _host.StartAsync(CancellationToken.None);
    }

    private async Task StopAsync()
    {
        await _host!.StopAsync(CancellationToken.None);
        await _host.DisposeAsync();
    }

    private async Task AppendAsync(int count)
    {
        await _log.AppendAsync("in", [.. Enumerable.Range(_appended, count).Select(i => Records.Of($"k{i % 11}", $"{i}"))]);
        _appended += count;
    }

    private async Task LevelAsync()
    {
        foreach (var p in AllPartitions)
            if (_log.Watermarks(p).High is > 0 and var high)
                await Wait.ForAsync(_host!.WaitForAsync("chain", new Position("in", p.Partition, high - 1), TimeSpan.FromDays(1)), $"the model to reach {p} {high}");
    }
}
