using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Tests.Engine;

/// <summary>States of earlier and later versions of a processor, through a whole silo.</summary>
public sealed class StateVersionTests : EngineHarness
{
    private static readonly Serializer<KeyRow<ChainState>> Rows =
        new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer<KeyRow<ChainState>>>();

    [Theory]
    [InlineData(0, 101)]
    [InlineData(1, 101)]
    [InlineData(2, 201)]
    [InlineData(3, 1)]
    public async Task IsUpcastOnce_WhenAnEarlierVersionStoredIt(int version, int count)
    {
        await StoreAsync("old", version);
        await AppendAsync(["old"], id => id);
        await WaitUntilAppliedAsync("load");
        Assert.Equal(count + 1, (await DurableAsync("old")).Count);
        Assert.Equal(3, Rows.Deserialize(Store.Row(EngineUnderTest.KeyId("old"))!.Payload)!.StateVersion);
        await StopAsync();
        await StartAsync();
        Assert.Equal(count + 1, (await DurableAsync("old")).Count);
    }

    /// <summary>In a rolling upgrade: the record waits for a process that knows the version, others go on, and nothing is buried.</summary>
    [Fact]
    public async Task WaitsAndBuriesNothing_WhenALaterVersionStoredIt()
    {
        await StoreAsync("new", 4);
        await AppendAsync(["new", "other"], id => id);
        await Wait.UntilAsync(() => DurableAsync("other").GetAwaiter().GetResult().Count == 1, "the other key goes on");
        await Assert.ThrowsAsync<StateNewerException>(async () => await Key("new").GetState());
        Assert.Empty(Log.Read(DeadLetter.TopicName));
        Faults.StateVersion = 4;
        await WaitUntilAppliedAsync("upgraded");
        Assert.Equal(2, (await DurableAsync("new")).Count);
    }

    /// <summary>Of two activations the one that applies nothing any more: it shows what it knows until it is asked whether that is all.</summary>
    [Fact]
    public async Task GoesWhenItIsAsked_WhenAnotherActivationWroteTheRow()
    {
        await AppendAsync(["twice"], id => id);
        await WaitUntilAppliedAsync("load");
        Assert.True(await Key("twice").IsCurrent());
        var row = Store.Row(EngineUnderTest.KeyId("twice"))!;
        var newer = Rows.Deserialize(row.Payload)!;
        newer = newer with { State = newer.State.Then("elsewhere"), AppliedOffset = newer.AppliedOffset + 1 };
        Assert.True((await Store.WriteAsync([new CheckpointWrite(EngineUnderTest.KeyId("twice"), row.Version, Rows.SerializeToArray(newer))]))[0].IsWritten);
        Assert.Equal(1, (await DurableAsync("twice")).Count);
        Assert.False(await Key("twice").IsCurrent());
        Assert.True(await Key("twice").IsCurrent());
        Assert.Equal(2, (await DurableAsync("twice")).Count);
    }

    /// <summary>The processor is of version 3, and adds a hundred for the version it finds.</summary>
    private Task<CheckpointOutcome[]> StoreAsync(string key, int version)
    {
        Faults.StateVersion = 3;
        Faults.OnUpcast = (state, from) => state with { Count = state.Count + 100 * from };
        return Store.WriteAsync([new CheckpointWrite(EngineUnderTest.KeyId(key), 0, Rows.SerializeToArray(
        new KeyRow<ChainState> { State = ChainState.Empty.Then("before"), AppliedOffset = -1, StateVersion = version }))]);
    }
}
