using System.Diagnostics;
using OrleansStream.Benchmarks.Measuring;
using OrleansStream.Testing;

namespace OrleansStream.Benchmarks.Services;

/// <summary>
/// From a log record or a point to an alert: collectors send what thousands of services say, single services begin to fail, and it is measured how long after the last byte of the
/// first export that says so the alert is seen firing on the event stream, and its webhook received. Server, generator and receiver are three processes.
/// </summary>
internal static class ServicesBenchmark
{
    public static async Task<int> RunAsync(Settings settings)
    {
        string[] names = ["collectors", "services", "logs", "spikes", "warm-up", "every"];
        string[] given = [.. names.Select(n => (n, Value: settings.Text(n, ""))).Where(n => n.Value.Length > 0).SelectMany(n => new[] { $"--{n.n}", n.Value })];
        bool webhooks = !settings.Is("no-webhooks");
        settings.ThrowIfUnknown();
        using var data = new ScratchDirectory();
        await using var server = await LocalProcess.StartAsync(data.Path, 0, "--OrleansStream:Webhooks:AllowPrivateTargets=true");
        using var watch = new AlertWatch(server.Http);
        if (webhooks) await ConfigureAsync(server.Http, watch.Listen(FreePorts.Next()));
        await watch.OpenAsync();
        using var process = Process.GetProcessById(server.Id);
        var cpu = process.TotalProcessorTime;
        double busy = Machine.BusySeconds();
        long started = Stopwatch.GetTimestamp();
        var load = await Child.RunAsync<LoadResult>(["services-load", "--url", server.Url.ToString(), .. given]);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        process.Refresh();
        double serverCpu = (process.TotalProcessorTime - cpu).TotalSeconds;
        await Task.Delay(TimeSpan.FromSeconds(2));
        Print(load, watch, serverCpu, (Machine.BusySeconds() - busy - serverCpu - load.CpuSeconds) / (seconds * Environment.ProcessorCount), seconds, webhooks);
        return load.Failed == 0 ? 0 : 1;
    }

    private static async Task ConfigureAsync(HttpClient http, Uri hook)
    {
        using var answer = await http.PutAsync("v1/webhooks", new StringContent(
            $$"""{"webhooks":[{"name":"bench","url":"{{hook}}"}]}""", System.Text.Encoding.UTF8, "application/json"));
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"PUT /v1/webhooks: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    private static void Print(LoadResult load, AlertWatch watch, double serverCpu, double others, double seconds, bool webhooks)
    {
        Console.WriteLine($"{load.Points / load.Seconds:n0} points/s and {load.LogRecords / load.Seconds:n0} log records/s for {load.Seconds:0} s in {load.Requests:n0} exports ({load.Failed} failed), answered in " +
            $"{load.AnswerMs[0]:0} ms (p50), {load.AnswerMs[1]:0} ms (p99), {load.AnswerMs[2]:0} ms at most; the generator was at most {load.LateMs:0} ms late.");
        Console.WriteLine($"CPU: server {serverCpu / seconds:0.00} cores, generator {load.CpuSeconds / load.Seconds:0.00} cores, everything else {others:p0} of the machine.");
        Console.WriteLine();
        Console.WriteLine("| after the spike left its socket | of spikes | p50 | p99 | longest | of other services |");
        Console.WriteLine("|---|---|---|---|---|---|");
        Row("alert firing on /v1/alerts/stream", load.Spikes, [.. watch.Streamed]);
        if (webhooks) Row("webhook received", load.Spikes, [.. watch.Hooked]);
    }

    private static void Row(string name, Spike[] spikes, (string Service, string Alert, long At)[] seen)
    {
        double[] delays = [.. spikes.Select(s => seen.Where(a => a.Service == s.Service && a.At >= s.LeftAt).Select(a => Stopwatch.GetElapsedTime(s.LeftAt, a.At).TotalMilliseconds).DefaultIfEmpty(double.NaN).Min())
            .Where(d => !double.IsNaN(d)).Order()];
        var failing = spikes.GroupBy(s => s.Service).ToDictionary(s => s.Key, s => s.Min(x => x.LeftAt));
        string[] others = [.. seen.Where(a => !failing.TryGetValue(a.Service, out long since) || a.At < since).Select(a => $"{a.Service}:{a.Alert}").Distinct()];
        Console.WriteLine($"| {name} | {delays.Length} of {spikes.Length} | {ServicesLoad.Percentile(delays, 0.5):0} ms | {ServicesLoad.Percentile(delays, 0.99):0} ms | {(delays.Length > 0 ? delays[^1] : double.NaN):0} ms | {others.Length} |");
        foreach (string other in others.Take(5)) Console.WriteLine($"  false: {other}");
    }
}
