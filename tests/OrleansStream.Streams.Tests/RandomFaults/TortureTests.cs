using System.Globalization;
using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Conformance.RandomFaults;
using OrleansStream.Streams.Tests.Embedded;
using OrleansStream.Streams.Tests.Fakes;
using OrleansStream.Streams.Tests.Kafka;

namespace OrleansStream.Streams.Tests.RandomFaults;

/// <summary>The random runs for as long as ORLEANSSTREAM_TORTURE_MINUTES says, on all set-ups in turn; <c>eng/torture</c> starts it.</summary>
public sealed class TortureTests
{
    private const string Variable = "ORLEANSSTREAM_TORTURE_MINUTES";
    private const int SeedsPerCluster = 25;

    private static readonly (string Name, Func<EngineSetup> Setup)[] Setups =
    [
        ("memory, 1 silo", () => new EngineSetup { Place = new FakeLogPlace() }),
        ("files, 1 silo", () => new EngineSetup { Place = new EmbeddedLogPlace(), Store = new SqlitePlace() }),
        ("memory, 3 silos", () => new EngineSetup { Place = new FakeLogPlace(), Silos = 3 }),
        ("files, 3 silos", () => new EngineSetup { Place = new EmbeddedLogPlace(), Store = new SqlitePlace(), Silos = 3 }),
        ("Kafka, 1 silo", () => new EngineSetup { Place = new KafkaPlace() }),
        ("Kafka, 3 silos", () => new EngineSetup { Place = new KafkaPlace(3), Silos = 3 }),
    ];

    [Fact]
    public async Task HoldsForAsLongAsItIsTold()
    {
        string? minutes = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipUnless(minutes is not null, $"Runs for {Variable} minutes when that is set: eng/torture.");
        long end = Environment.TickCount64 + (long)(double.Parse(minutes!, CultureInfo.InvariantCulture) * 60_000);
        int seed = TestSeed.Next(), runs = 0;
        var broken = new List<string>();
        for (int cluster = 0; Environment.TickCount64 < end; cluster++)
        {
            var (name, setup) = Setups[cluster % Setups.Length];
            await using var engine = await EngineUnderTest.StartAsync(setup());
            for (int i = 0; i < SeedsPerCluster && Environment.TickCount64 < end; i++, runs++, seed++)
            {
                var wrong = await RandomRun.RunAsync(engine, seed);
                Console.WriteLine($"{TestSeed.Variable}={seed} ({name}): {(wrong.Count == 0 ? "ok" : $"BROKEN\n  {string.Join("\n  ", wrong.Take(30))}")}");
                if (wrong.Count == 0) continue;
                broken.Add($"{seed} ({name})");
                break;
            }
        }
        Console.WriteLine($"{runs} runs, {broken.Count} broken{(broken.Count == 0 ? "" : $": {string.Join(", ", broken)}")}");
        Assert.Empty(broken);
    }
}
