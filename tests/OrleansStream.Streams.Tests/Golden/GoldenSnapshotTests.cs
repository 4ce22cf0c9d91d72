using System.Text.Json;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;
using OrleansStream.Testing;

namespace OrleansStream.Streams.Tests.Golden;

/// <summary>Stored read models: whole rows of the release before, and today's head and pieces.</summary>
public sealed class GoldenSnapshotTests
{
    private static readonly GrainId Row = GrainId.Create("read-model", "chain");
    private static readonly Dictionary<TopicPartition, long> Positions = new() { [new("in", 0)] = 100, [new("in", 1)] = 101 };
    private readonly FakeCheckpointStore _store = new();

    [Fact]
    public async Task ReadsAWholeRow_WhenTheReleaseBeforeWroteIt()
    {
        await _store.WriteAsync([new(Row, 0, GoldenFile.Read("read-model-1.bin"))]);
        var stored = (await new CheckpointSnapshotStore(_store, TimeProvider.System).ReadAsync("chain", CancellationToken.None))!;
        var head = ReadModelSnapshot.Decode(stored.Head);
        Assert.Equal((1, 0L), (head.Version, head.Generation));
        Assert.Equal(Positions, head.Positions);
        Assert.Equal("0 11", string.Join(' ', JsonSerializer.Deserialize<Dictionary<string, string[]>>(head.Whole)!["k1"]));
    }

    [Fact]
    public async Task TakesItsPlace_WhenTheModelIsStoredAgain()
    {
        await _store.WriteAsync([new(Row, 0, GoldenFile.Read("read-model-1.bin"))]);
        var store = new CheckpointSnapshotStore(_store, TimeProvider.System);
        var snapshot = new ReadModelSnapshot(1, Positions.ToDictionary(p => p.Key, p => p.Value + 1), 0);
        Assert.True(await store.WriteAsync("chain", snapshot.Encode(), [[1]], snapshot.Replaces((_, _) => false), CancellationToken.None));
        Assert.Equal(101, ReadModelSnapshot.Decode((await store.ReadAsync("chain", CancellationToken.None))!.Head).Positions[new("in", 0)]);
    }

    [Fact]
    public void ReadsAndWritesTodaysManifest()
    {
        var manifest = new SnapshotManifest
        {
            Head = new ReadModelSnapshot(1, Positions, 9).Encode(), Set = 5, Pieces = [(3, SnapshotManifest.HashOf([1, 2, 3])), (1, SnapshotManifest.HashOf([4]))], Previous = 4, Claimed = 6, ClaimEnds = 7,
        };
        GoldenFile.AssertWritten("read-model-2.bin", manifest.Encode());
        var read = SnapshotManifest.TryDecode(GoldenFile.Read("read-model-2.bin"))!;
        Assert.Equal((5, 2, 4, 6, 7), (read.Set, read.Pieces.Count, read.Previous, read.Claimed, read.ClaimEnds));
        Assert.Equal(manifest.Pieces, read.Pieces);
        Assert.Equal((9, 100L), (ReadModelSnapshot.Decode(read.Head).Generation, ReadModelSnapshot.Decode(read.Head).Positions[new("in", 0)]));
        var inline = new SnapshotManifest { Head = manifest.Head, Inline = [7, 8] };
        GoldenFile.AssertWritten("read-model-2-inline.bin", inline.Encode());
        Assert.Equal([7, 8], SnapshotManifest.TryDecode(GoldenFile.Read("read-model-2-inline.bin"))!.Inline);
    }
}
