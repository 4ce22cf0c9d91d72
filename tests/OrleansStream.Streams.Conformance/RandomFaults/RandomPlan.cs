using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Conformance.Faults;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Conformance.RandomFaults;

/// <summary>Which operations fail, and how often, by seed: each run is hard on a few of them.</summary>
internal static class RandomPlan
{
    /// <summary>Appends of the test itself, apart from those of the engine.</summary>
    public const string Client = "client";

    private static readonly (string Operation, Fault[] Kinds)[] Choices =
    [
        ($"{Client}.append:{ChainProcessor.Topic}", [Fault.FailBefore, Fault.FailAfter, Fault.Slow]),
        ($"log.append:{ChainProcessor.Topic}", [Fault.FailBefore, Fault.FailAfter, Fault.Slow, Fault.Hang]),
        ($"log.append:{ChainProcessor.OutputTopic}", [Fault.FailBefore, Fault.FailAfter, Fault.Slow, Fault.Hang]),
        ($"log.append:{DeadLetter.TopicName}", [Fault.FailBefore, Fault.FailAfter, Fault.Slow, Fault.Hang]),
        ("log.read", [Fault.FailBefore, Fault.FailAfter, Fault.Slow, Fault.Hang]),
        ("log.commit", [Fault.FailBefore, Fault.FailAfter, Fault.Slow, Fault.Hang]),
        ("log.committed", [Fault.FailBefore, Fault.Slow]),
        ("store.write", [Fault.FailBefore, Fault.FailAfter, Fault.Slow, Fault.Hang]),
        ("store.read", [Fault.FailBefore, Fault.Slow]),
        ("store.history", [Fault.FailBefore]),
        ("store.timers", [Fault.FailBefore, Fault.Slow]),
        ("call.apply", [Fault.FailBefore, Fault.FailAfter, Fault.Slow]),
    ];

    public static FaultPlan Of(int seed)
    {
        var random = new Random(seed ^ 0x5eed);
        var rates = new Dictionary<string, FaultRates>();
        foreach (var (operation, kinds) in Choices)
        {
            if (random.Next(2) == 0) continue;
            double Rate(Fault kind, double most) => kinds.Contains(kind) && random.Next(2) == 0 ? random.NextDouble() * most : 0;
            rates.Add(operation, new FaultRates(Rate(Fault.FailBefore, 0.4), Rate(Fault.FailAfter, 0.3), Rate(Fault.Hang, 0.05), Rate(Fault.Slow, 0.2)));
        }
        return new FaultPlan(seed, rates);
    }
}
