using OrleansStream.Benchmarks.Measuring;

namespace OrleansStream.Benchmarks.Engine;

/// <summary>What one run gave.</summary>
/// <param name="Contender">Its name and settings.</param>
/// <param name="Keys">How many keys.</param>
/// <param name="Measured">With all keys active and all code compiled.</param>
/// <param name="FirstTouch">Every key once, before.</param>
/// <param name="Expected">Events sent in all.</param>
/// <param name="Counted">The sum of the grains' counters.</param>
/// <param name="EventsPerCall">How many events a grain got at a time, while measured.</param>
/// <param name="PeakMiB">The process's largest resident set.</param>
internal sealed record EngineResult(string Contender, int Keys, Usage FirstTouch, Usage Measured, long Expected, long Counted, double EventsPerCall, double PeakMiB);

/// <summary>One contender with one number of keys in this process: start, touch every key, warm up, measure, verify.</summary>
internal static class EngineRun
{
    /// <summary>Events of a run, so that each contender is measured for some seconds.</summary>
    private static readonly Dictionary<string, int> Events = new()
    {
        ["hot"] = 1_000_000, ["state"] = 500_000, ["memory"] = 200_000, ["direct"] = 600_000, ["keystreams"] = 900_000, ["simplecache"] = 150_000,
    };

    /// <summary>Runs what <paramref name="spec"/> says: <c>name</c> or <c>name:setting=value,…</c></summary>
    public static async Task<EngineResult> RunAsync(string spec, int keys, int seed, double scale)
    {
        string[] parts = spec.Split(':', 2);
        var settings = Settings.Parse(parts.Length == 2 ? parts[1] : "");
        long events = (long)(scale * settings.Number("events", Events[parts[0]]));
        Contender contender = parts[0] switch
        {
            "hot" => new HotPath(settings, stateful: false),
            "state" => new HotPath(settings, stateful: true),
            "memory" => new MemoryStreams(settings),
            "keystreams" => new KeyStreams(settings, stock: false),
            "simplecache" => new KeyStreams(settings, stock: true),
            "direct" => new DirectCalls(settings),
            _ => throw new ArgumentException($"Contender '{parts[0]}' is not known: {string.Join(", ", Events.Keys)}."),
        };
        await using (contender)
        {
            var workload = new Workload(keys, seed);
            await contender.StartAsync();
            var touch = await Usage.OfAsync(keys, () => contender.SendAsync(workload, 0, keys));
            await contender.SendAsync(workload, keys, events / 5);
            long from = keys + events / 5;
            long calls = Arrivals.Calls;
            GC.Collect();
            var measured = await Usage.OfAsync(events, () => contender.SendAsync(workload, from, events));
            double perCall = (double)events / (Arrivals.Calls - calls);
            double peak = Machine.StatusMiB("VmHWM");
            return new EngineResult(spec, keys, touch, measured, from + events, await contender.SumAsync(workload), perCall, peak);
        }
    }
}
