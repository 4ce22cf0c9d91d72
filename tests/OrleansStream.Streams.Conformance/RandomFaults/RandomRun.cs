using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Conformance.Faults;
using OrleansStream.Streams.Conformance.Model;

namespace OrleansStream.Streams.Conformance.RandomFaults;

/// <summary>One seed: a random workload under random faults, then healing, rest, and the comparison with the model.</summary>
public static class RandomRun
{
    /// <summary>How long everything may take once nothing fails any more.</summary>
    public static readonly TimeSpan HealingLimit = TimeSpan.FromSeconds(45);

    /// <returns>What is wrong; empty when nothing is.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(EngineUnderTest engine, int seed, TimeSpan? limit = null)
    {
        string prefix = $"{seed}-";
        var random = new Random(seed);
        var checker = new RunChecker(engine, key => key.StartsWith(prefix, StringComparison.Ordinal));
        var workload = new RandomWorkload(new FaultyLog(engine.Log, engine.Faults, RandomPlan.Client), checker, random, prefix);
        var silos = new RandomSiloFaults(engine, random, workload);
        engine.Faults.Plan = RandomPlan.Of(seed);
        int steps = 5 + random.Next(15);
        for (int step = 0; step < steps; step++)
        {
            await workload.SendAsync();
            await silos.StepAsync();
        }
        var met = engine.Faults.Plan.Met;
        engine.Heal();
        string? stuck = await checker.WhenAtRestAsync(limit ?? HealingLimit);
        var wrong = stuck is null ? await checker.CheckAsync() : [stuck, .. engine.Watch.Violations];
        wrong.AddRange(workload.Wrong);
        if (wrong.Count > 0) wrong.Insert(0, $"{checker.Appends.Count} records acknowledged; faults: {string.Join(", ", met.Select(m => $"{m.Key} {m.Value}×"))}; {silos}");
        return wrong;
    }
}
