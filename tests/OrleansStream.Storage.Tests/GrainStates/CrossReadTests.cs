using Orleans.Storage;
using OrleansStream.Storage.Stock;
using OrleansStream.Storage.Tests.Stock;
using OrleansStream.Streams.Checkpoints;

namespace OrleansStream.Storage.Tests.GrainStates;

/// <summary>Either provider reads, replaces, clears and refuses what the other wrote, for all kinds of keys.</summary>
[Collection("stock")]
public sealed class CrossReadTests
{
    public static TheoryData<Database, string> Keys
    {
        get
        {
            var data = new TheoryData<Database, string>();
            foreach (var database in Enum.GetValues<Database>())
                foreach (var row in Grains.Keys) data.Add(database, row.Data.Item2);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task EachTakesTheOthersState_WhenTheyWriteInTurn(Database database, string key)
    {
        await using var place = await StatePlace.CreateAsync(database);
        var ours = await place.OpenGroupCommitAsync();
        var stock = await place.OpenStockAsync();
        var grain = Grains.Of(key);
        var (a, b) = (GrainStorageContract.New("ours"), GrainStorageContract.New());

        await ours.WriteStateAsync("note", grain, a);
        await stock.ReadStateAsync("note", grain, b);
        Assert.Equal(("ours", "1", true), GrainStorageContract.Of(b));

        b.State!.Text = "stock";
        await stock.WriteStateAsync("note", grain, b);
        await Assert.ThrowsAsync<InconsistentStateException>(() => ours.WriteStateAsync("note", grain, a));
        await ours.ReadStateAsync("note", grain, a);
        Assert.Equal(("stock", "2", true), GrainStorageContract.Of(a));

        await ours.ClearStateAsync("note", grain, a);
        await Assert.ThrowsAsync<InconsistentStateException>(() => stock.WriteStateAsync("note", grain, b));
        await stock.ReadStateAsync("note", grain, b);
        Assert.Equal(("", "3", false), GrainStorageContract.Of(b));

        b.State!.Text = "again";
        await stock.WriteStateAsync("note", grain, b);
        await stock.ClearStateAsync("note", grain, b);
        await ours.ReadStateAsync("note", grain, a);
        Assert.Equal(("", "5", false), GrainStorageContract.Of(a));
        await ours.WriteStateAsync("note", grain, a);
        Assert.Equal("6", a.ETag);
    }

    /// <summary>The checkpoint store, whose configuration switches between both.</summary>
    [Theory]
    [MemberData(nameof(Keys))]
    public async Task EachTakesTheOthersCheckpoint_WhenTheyWriteInTurn(Database database, string key)
    {
        await using var place = await StatePlace.CreateAsync(database);
        using var ours = await StoreHost.StartAsync(place, StorageOptions.GroupCommit);
        using var stock = await StoreHost.StartAsync(place, StorageOptions.Stock);
        var (a, b) = (StoreHost.StoreOf(ours), StoreHost.StoreOf(stock));
        Assert.IsType<StockCheckpointStore>(b);
        var grain = Grains.Of(key);

        Assert.Null(await b.ReadAsync(grain));
        await AssertAsync(CheckpointOutcome.Written, a, new CheckpointWrite(grain, 0, [1]));
        await AssertAsync(CheckpointOutcome.Conflict, b, new CheckpointWrite(grain, 0, [9]));
        Assert.Equal((1, 1), StoreHost.Of(await b.ReadAsync(grain)));
        await AssertAsync(CheckpointOutcome.Written, b, new CheckpointWrite(grain, 1, [2]));
        await AssertAsync(CheckpointOutcome.Conflict, a, new CheckpointWrite(grain, 1, [9]));
        Assert.Equal((2, 2), StoreHost.Of(await a.ReadAsync(grain)));
        await AssertAsync(CheckpointOutcome.Conflict, b, new CheckpointWrite(grain, 1, null));
        await AssertAsync(CheckpointOutcome.Written, b, new CheckpointWrite(grain, 2, null));
        Assert.Null(await a.ReadAsync(grain));
        await AssertAsync(CheckpointOutcome.Written, b, new CheckpointWrite(grain, 0, [3]));
        Assert.Equal((1, 3), StoreHost.Of(await a.ReadAsync(grain)));

        static async Task AssertAsync(CheckpointOutcome expected, ICheckpointStore store, CheckpointWrite write) => Assert.Equal(expected, (await store.WriteAsync([write]))[0]);
    }
}
