using System.Diagnostics;
using OrleansStream.Streams.Conformance.Engine;

namespace OrleansStream.Streams.Conformance.RandomFaults;

/// <summary>
/// Many seeds on few clusters. A failure names its seed: with ORLEANSSTREAM_SEED set to it, that one is run again, and no other.
/// </summary>
public abstract class RandomFaultContract
{
    protected abstract EngineSetup Setup(int silos);

    /// <summary>Seeds on one silo.</summary>
    protected abstract int Seeds { get; }

    /// <summary>Seeds on several silos, which die and come.</summary>
    protected abstract int SeedsWithManySilos { get; }

    [Fact]
    public Task LosesNothingAndAppliesNothingTwice_WhenFaultsAreRandom() => RunAsync(1, Seeds);

    [Fact]
    public Task LosesNothingAndAppliesNothingTwice_WhenSilosDieToo() => RunAsync(3, SeedsWithManySilos);

    private async Task RunAsync(int silos, int seeds)
    {
        long started = Stopwatch.GetTimestamp();
        int run = 0;
        await using var engine = await EngineUnderTest.StartAsync(Setup(silos));
        foreach (int seed in TestSeed.Series(seeds))
        {
            var wrong = await RandomRun.RunAsync(engine, seed);
            run++;
            if (wrong.Count > 0) Assert.Fail($"{TestSeed.Variable}={seed} ({silos} silos, after {run - 1} others):\n{string.Join('\n', wrong.Take(30))}");
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{run} seeds on {silos} silos in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s, {engine.Watch.Commits} commits checked");
    }
}
