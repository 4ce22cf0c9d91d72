using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Conformance.RandomFaults;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Partitions;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.Tests.Fakes;

namespace OrleansStream.Streams.Tests.RandomFaults;

/// <summary>An engine that is broken on purpose: the random runs must find it out, or they prove nothing.</summary>
public sealed class BrokenEngineTests
{
    private const int MostSeeds = 30;

    [Fact]
    public Task IsFound_WhenTheHighestCompletedOffsetIsCommitted() => FindAsync("commits", new EngineSetup
    {
        Place = new FakeLogPlace(), AddServices = services => services.AddSingleton<OffsetTrackerFactory>(start => new HighestCompleted(start)),
    });

    [Fact]
    public Task IsFound_WhenAnActivationForgetsWhatItsKeyHasApplied() => FindAsync("expected", new EngineSetup
    {
        Place = new FakeLogPlace(), Store = new BrokenStore { ForgetsPositions = true },
    });

    [Fact]
    public Task IsFound_WhenTheStoreAnswersBeforeItHasWritten() => FindAsync("commits", new EngineSetup
    {
        Place = new FakeLogPlace(), Store = new BrokenStore { AnswersEarly = true },
    });

    [Fact]
    public Task IsFound_WhenAPartitionForgetsWhatItHasSeen() => FindAsync("expected", new EngineSetup
    {
        Place = new FakeLogPlace(dropsDuplicates: false), Configure = o => (o.DeduplicationRecords, o.DeduplicationMaxRecords) = (0, 0),
    });

    private static async Task FindAsync(string violation, EngineSetup setup)
    {
        await using var engine = await EngineUnderTest.StartAsync(setup);
        foreach (int seed in Enumerable.Range(1, MostSeeds))
        {
            var wrong = await RandomRun.RunAsync(engine, seed, TimeSpan.FromSeconds(10));
            if (wrong.Any(w => w.Contains(violation, StringComparison.Ordinal))) return;
        }
        Assert.Fail($"{MostSeeds} seeds found nothing wrong with a broken engine.");
    }

    /// <summary>What other libraries do: commits the highest offset that is done, whatever lies open before it.</summary>
    private sealed class HighestCompleted(long start) : IOffsetTracker
    {
        public long Next { get; private set; } = start;

        public long Watermark { get; private set; } = start;

        public void Register(long offset) => Next = offset + 1;

        public void SkipTo(long offset) => Next = Math.Max(Next, offset);

        public void Complete(long offset) => Watermark = Math.Max(Watermark, offset + 1);
    }

    private sealed class BrokenStore : ICheckpointStore
    {
        private static readonly Serializer<KeyRow<ChainState>> Rows =
            new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer<KeyRow<ChainState>>>();

        private readonly FakeCheckpointStore _store = new();

        public bool ForgetsPositions { get; init; }

        public bool AnswersEarly { get; init; }

        public async ValueTask<StoredRow?> ReadAsync(GrainId grain, CancellationToken cancellationToken = default)
        {
            var row = await _store.ReadAsync(grain, cancellationToken);
            return row is null || !ForgetsPositions || grain.Type.ToString() != ChainProcessor.GrainTypeName ? row
                : row with { Payload = Rows.SerializeToArray(Rows.Deserialize(row.Payload)! with { AppliedOffset = -1 }) };
        }

        public async Task<CheckpointOutcome[]> WriteAsync(IReadOnlyList<CheckpointWrite> writes, CancellationToken cancellationToken = default)
        {
            if (!AnswersEarly || writes[0].Grain.Type.ToString() != ChainProcessor.GrainTypeName) return await _store.WriteAsync(writes, cancellationToken);
            _ = Task.Delay(50, cancellationToken).ContinueWith(_ => _store.WriteAsync(writes), TaskScheduler.Default);
            return [.. writes.Select(_ => CheckpointOutcome.Written)];
        }

        public ValueTask<IReadOnlyList<HistoryChunk>> ReadHistoryAsync(GrainId grain, long beforeOffset, int maxChunks, CancellationToken cancellationToken = default) =>
            _store.ReadHistoryAsync(grain, beforeOffset, maxChunks, cancellationToken);

        public ValueTask<IReadOnlyList<HistoryChunk>> FindHistoryAsync(GrainId grain, ulong idHash, CancellationToken cancellationToken = default) =>
            _store.FindHistoryAsync(grain, idHash, cancellationToken);

        public ValueTask<IReadOnlyList<DueTimer>> ReadDueTimersAsync(
            TopicPartition partition, DateTimeOffset until, int limit, CancellationToken cancellationToken = default) =>
            _store.ReadDueTimersAsync(partition, until, limit, cancellationToken);
    }
}
