using System.Diagnostics;
using OrleansStream.Benchmarks.Measuring;

namespace OrleansStream.Benchmarks.Services;

/// <summary>The generator, a process of its own: collectors at even phases of the second, and spikes of single services.</summary>
internal static class ServicesLoad
{
    public static async Task<LoadResult> RunAsync(Settings settings)
    {
        var url = new Uri(settings.Text("url", ""));
        int collectors = settings.Number("collectors", 10), services = settings.Number("services", 500), logs = settings.Number("logs", 20_000), spikes = settings.Number("spikes", 20);
        double warmUp = settings.Real("warm-up", 30), every = settings.Real("every", 1);
        settings.ThrowIfUnknown();
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = collectors }) { BaseAddress = url, Timeout = TimeSpan.FromSeconds(30) };
        Collector[] all = [.. Enumerable.Range(0, collectors).Select(i => new Collector(i, services, logs / collectors, http))];
        using var self = Process.GetCurrentProcess();
        using var stop = new CancellationTokenSource();
        var cpu = self.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        var running = all.Select((c, i) => Task.Run(() => c.RunAsync(start, TimeSpan.FromSeconds((double)i / collectors), stop.Token))).ToList();
        await Task.Delay(TimeSpan.FromSeconds(warmUp));
        for (int i = 0; i < spikes; i++)
        {
            // Another service each time: a step that has no factor with their number visits all before it repeats one.
            var collector = all[i % collectors];
            collector.Begin(collector.Services[i * 37 % services], seconds: 3);
            await Task.Delay(TimeSpan.FromSeconds(every));
        }
        await Task.Delay(TimeSpan.FromSeconds(5));
        await stop.CancelAsync();
        await Task.WhenAll(running);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        self.Refresh();
        double[] answers = [.. all.SelectMany(c => c.AnswerMs).Order()];
        long taken = all.Sum(c => c.Taken);
        return new LoadResult([.. all.SelectMany(c => c.Spikes).OrderBy(s => s.LeftAt)], taken, all.Sum(c => c.Failed), taken / 2 * services, taken / 2 * (logs / collectors), seconds,
            (self.TotalProcessorTime - cpu).TotalSeconds, [Percentile(answers, 0.5), Percentile(answers, 0.99), answers[^1]], all.Max(c => c.LateMs));
    }

    public static double Percentile(double[] sorted, double q) => sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(q * sorted.Length) - 1 is var i && i < 0 ? 0 : i)];
}
