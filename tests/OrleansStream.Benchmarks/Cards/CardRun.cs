using System.Diagnostics;
using HdrHistogram;
using OrleansStream.Benchmarks.Measuring;
using OrleansStream.Cli.Benchmarks;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>One pass over the cards.</summary>
/// <param name="Usage">Of the contender's process.</param>
/// <param name="ServerCpuSeconds">Of its database and broker.</param>
internal sealed record CardPass(Usage Usage, double ServerCpuSeconds)
{
    public double PerCpuSecond => Usage.Events / (Usage.CpuSeconds + ServerCpuSeconds);

    public double CpuMicros => 1e6 / PerCpuSecond;
}

/// <summary>What one process gave.</summary>
/// <param name="Contender">Its name.</param>
/// <param name="Contract">What a decision that was shown survives.</param>
/// <param name="First">The pass that first touches the cards.</param>
/// <param name="Next">The pass after it, over the same cards.</param>
/// <param name="GrowthMiB">The process's largest resident set in the first pass beyond what it had before.</param>
/// <param name="Differences">Decisions that are not those of a plain loop.</param>
/// <param name="Twice">Decisions that came again.</param>
internal sealed record CardResult(string Contender, string Contract, CardPass First, CardPass Next, double GrowthMiB, int Differences, long Twice);

/// <summary>Latency from the moment a payment was due to be handed in to its decision in hand, at one rate.</summary>
/// <param name="Contender">Its name.</param>
/// <param name="Rate">Payments a second.</param>
/// <param name="P50">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
/// <param name="Max">Milliseconds.</param>
/// <param name="CpuShare">CPU time per second, of one core.</param>
/// <param name="Differences">Decisions that are not those of a plain loop.</param>
internal sealed record CardLatency(string Contender, int Rate, double P50, double P99, double Max, double CpuShare, int Differences);

/// <summary>One contender in this process.</summary>
internal static class CardRun
{
    private const int WarmUp = 60_000;

    public static async Task<CardResult> RunAsync(Settings settings)
    {
        string name = settings.Text("contender", "stream");
        int cards = settings.Number("cards", 100_000), events = settings.Number("events", 1_000_000);
        var work = new CardWorkload(cards, WarmUp, 2 * events, settings.Number("seed", 1));
        (CardContender.Window, CardContender.Batch) = (settings.Number("window", CardContender.Window), settings.Number("batch", CardContender.Batch));
        Verdicts.Reset(work.Total, timed: false);
        await using var contender = CardContender.Create(name, work, settings);
        settings.ThrowIfUnknown();
        await contender.StartAsync();
        await contender.SendAsync(0, WarmUp);
        GC.Collect();
        Machine.ResetPeak();
        double before = Machine.StatusMiB("VmRSS");
        var first = await PassAsync(contender, WarmUp, events);
        double growth = Machine.StatusMiB("VmHWM") - before;
        var next = await PassAsync(contender, WarmUp + events, events);
        return new CardResult(name, contender.Contract, first, next, growth, Verdicts.Differences(work, work.Total), Verdicts.Twice);
    }

    private static async Task<CardPass> PassAsync(CardContender contender, int from, int count)
    {
        double server = contender.Servers.Sum(ServerProcess.CpuSeconds);
        var usage = await Usage.OfAsync(count, () => contender.SendAsync(from, count));
        return new CardPass(usage, contender.Servers.Sum(ServerProcess.CpuSeconds) - server);
    }

    public static async Task<List<CardLatency>> LatencyAsync(Settings settings)
    {
        string name = settings.Text("contender", "stream");
        int[] rates = settings.Numbers("rates", "0,2,1000");
        int seconds = settings.Number("seconds", 20), total = rates.Sum(rate => rate * seconds);
        var work = new CardWorkload(settings.Number("cards", 100_000), WarmUp, total, settings.Number("seed", 1));
        Verdicts.Reset(work.Total, timed: true);
        await using var contender = CardContender.Create(name, work, settings);
        settings.ThrowIfUnknown();
        await contender.StartAsync();
        await contender.SendAsync(0, WarmUp);
        var results = new List<CardLatency>();
        int from = WarmUp;
        foreach (int rate in rates)
        {
            GC.Collect();
            await Task.Delay(1_000);
            int count = rate * seconds;
            double cpu = CpuSeconds(contender);
            long started = Stopwatch.GetTimestamp();
            long[] due = await PaceAsync(contender, from, rate, seconds);
            double share = (CpuSeconds(contender) - cpu) / Stopwatch.GetElapsedTime(started).TotalSeconds;
            await Verdicts.ReachAsync(from + count);
            var histogram = new LongHistogram(TimeSpan.TicksPerMinute, 3);
            for (int i = 0; i < count; i++) histogram.RecordValue(Math.Max(1, Stopwatch.GetElapsedTime(due[i], Verdicts.SeenAt(from + i)).Ticks));
            results.Add(new CardLatency(name, rate, Ms(histogram, 50), Ms(histogram, 99), Ms(histogram, 100), share, 0));
            from += count;
        }
        int differences = Verdicts.Differences(work, work.Total);
        return [.. results.Select(r => r with { Differences = differences })];
    }

    private static double Ms(LongHistogram histogram, double percentile) => histogram.TotalCount == 0 ? 0 : histogram.GetValueAtPercentile(percentile) / (double)TimeSpan.TicksPerMillisecond;

    private static double CpuSeconds(CardContender contender)
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime.TotalSeconds + contender.Servers.Sum(ServerProcess.CpuSeconds);
    }

    /// <summary>Hands payments in at equal distances, whatever becomes of those before; gives the moments at which they were due.</summary>
    private static Task<long[]> PaceAsync(CardContender contender, int from, int rate, int seconds) => Task.Factory.StartNew(() =>
    {
        var due = new long[rate * seconds];
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < due.Length; i++)
        {
            due[i] = start + (long)((i + 1.0) / rate * Stopwatch.Frequency);
            while (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due[i]) is var rest && rest > TimeSpan.Zero) PreciseSleep.For(rest);
            contender.Post(from + i);
        }
        if (rate == 0) PreciseSleep.For(TimeSpan.FromSeconds(seconds));
        return due;
    }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
