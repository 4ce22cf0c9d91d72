using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Streams.Conformance.Faults;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Conformance.Engine;

/// <summary>The store fails for more than two minutes, in a time that runs faster.</summary>
public abstract class OutageContract : EngineContract
{
    private static readonly TimeSpan Outage = TimeSpan.FromMinutes(2);
    private readonly HurriedTime _time = new(30);

    protected override EngineSetup Adapt(EngineSetup setup) => setup with
    {
        AddServices = services => services.AddSingleton<TimeProvider>(_time),
        // The pauses of production.
        Configure = o => (o.RetryDelay, o.MaxRetryDelay) = (TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(5)),
    };

    [Fact]
    public async Task LosesNothingAndBuriesNothing_WhenTheStoreFailsForTwoMinutes()
    {
        await AppendAsync(100, keys: 10);
        await AssertAllAppliedOnceAsync("before");
        Engine.Faults.Plan = new FaultPlan(1, new Dictionary<string, FaultRates>
        {
            ["store.write"] = new(FailBefore: 1), ["store.read"] = new(FailBefore: 1), ["store.timers"] = new(FailBefore: 1),
        });
        long started = _time.GetTimestamp();
        for (int i = 0; _time.GetElapsedTime(started) < Outage; i++)
        {
            await AppendAsync(20, keys: 20);
            await Task.Delay(100);
        }
        Assert.NotNull(await Engine.WhenCommittedAsync(TimeSpan.Zero));
        Engine.Heal();
        await AssertAllAppliedOnceAsync("after the outage");
        Assert.Equal(0, Engine.Log.Watermarks(new TopicPartition(DeadLetter.TopicName, 0)).High);
    }
}
