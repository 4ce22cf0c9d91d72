using System.Text;
using OrleansStream.Benchmarks.Measuring;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Benchmarks.Engine;

/// <summary>
/// What a poison event costs the others of its partition: rounds of the same number of events without and with it, in turn, in one process and one partition; each until all
/// is durable and committed up to the end. Verified: one dead letter with its bytes per poison event, and every other event counted.
/// </summary>
internal static class PoisonBenchmark
{
    public static async Task<int> RunAsync(Settings settings)
    {
        int events = settings.Number("events", 10_000), keys = settings.Number("keys", 1_000), poison = settings.Number("poison", 1), rounds = settings.Number("rounds", 15);
        settings.ThrowIfUnknown();
        var result = await Child.RunAsync<PoisonResult>(["poison-run", "--events", $"{events}", "--keys", $"{keys}", "--poison", $"{poison}", "--rounds", $"{rounds}"]);
        Console.WriteLine($"{rounds} rounds each, in turn, one partition, {keys:n0} keys; {result.Letters:n0} dead letters with their bytes, {result.Counted:n0} events counted. " +
            $"Other processes had {result.Normal.Concat(result.Poisoned).Average(u => u.OthersShare):p0} of the CPU.");
        Console.WriteLine();
        Console.WriteLine("| events of other keys per second | median (lowest–highest) |");
        Console.WriteLine("|---|---|");
        Console.WriteLine($"| {events:n0} events | {Rounds.Of(result.Normal.Select(u => u.PerSecond)).Thousands} |");
        Console.WriteLine($"| {events:n0} events, {poison:n0} of them poison | {Rounds.Of(result.Poisoned.Select(u => u.PerSecond)).Thousands} |");
        var ratio = Rounds.Of(result.Poisoned.Zip(result.Normal, (p, n) => p.PerSecond / n.PerSecond));
        Console.WriteLine();
        Console.WriteLine($"Ratio, round by round: {ratio.Median:p0} ({ratio.Low:p0}–{ratio.High:p0}).");
        return 0;
    }

    /// <summary>One process.</summary>
    public static async Task<PoisonResult> RunOneAsync(Settings settings)
    {
        int events = settings.Number("events", 10_000), keys = settings.Number("keys", 1_000), poison = settings.Number("poison", 1), rounds = settings.Number("rounds", 15);
        settings.ThrowIfUnknown();
        var path = new PoisonPath(Settings.Parse("partitions=1"));
        await using (path)
        {
            var workload = new PoisonWorkload(keys, events, poison);
            await path.StartAsync();
            await path.SendAsync(workload, 0, keys);
            long next = keys;
            List<Usage> normal = [], poisoned = [];
            for (int round = -2; round < rounds; round++)
            {
                foreach (bool bad in new[] { false, true })
                {
                    workload.PoisonFrom = bad ? next : long.MaxValue;
                    long from = next, others = bad ? events - poison : events;
                    var usage = await Usage.OfAsync(others, () => path.SendAsync(workload, from, events));
                    if (round >= 0) (bad ? poisoned : normal).Add(usage);
                    next += events;
                }
            }
            int letters = await path.LettersAsync();
            int expected = poison * (rounds + 2);
            long counted = await path.SumAsync(workload);
            if (letters != expected || counted != next - expected)
                throw new InvalidOperationException($"{letters} dead letters of {expected}, {counted:n0} events counted of {next - expected:n0}.");
            return new PoisonResult([.. normal], [.. poisoned], letters, counted);
        }
    }

    private sealed class PoisonPath(Settings settings) : HotPath(settings, stateful: true)
    {
        /// <summary>Dead letters that hold the poison's bytes.</summary>
        public async Task<int> LettersAsync()
        {
            var partition = new TopicPartition(DeadLetter.TopicName, 0);
            using var reader = Log.OpenReader(partition, 0);
            int letters = 0;
            while (reader.NextOffset < Log.Watermarks(partition).High)
                letters += (await reader.ReadAsync(1_000, 1 << 20, TimeSpan.FromSeconds(5))).Count(r => DeadLetter.FromJson(r.Value.Span).Value.AsSpan().SequenceEqual(PoisonWorkload.Poison));
            return letters;
        }
    }
}

/// <param name="Normal">Rounds without poison.</param>
/// <param name="Poisoned">Rounds with it.</param>
/// <param name="Letters">Dead letters found.</param>
/// <param name="Counted">The sum of the keys' counters.</param>
internal sealed record PoisonResult(Usage[] Normal, Usage[] Poisoned, int Letters, long Counted);

/// <summary>From <see cref="PoisonFrom"/> on, for one round, some events spread over it are poison.</summary>
internal sealed class PoisonWorkload(int keys, int events, int poison) : Workload(keys, seed: 1)
{
    public static readonly byte[] Poison = Encoding.UTF8.GetBytes("!");
    private readonly int _every = events / Math.Max(1, poison);

    public long PoisonFrom { get; set; } = long.MaxValue;

    public override LogRecord RecordOf(long number)
    {
        var record = base.RecordOf(number);
        long at = number - PoisonFrom;
        return at >= 0 && at < events && at % _every == _every / 2
            ? new LogRecord { Key = record.Key, Source = record.Source, Id = record.Id, Value = Poison }
            : record;
    }
}
