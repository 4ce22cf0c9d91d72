using OrleansStream.Benchmarks.Engine;
using OrleansStream.Benchmarks.Measuring;

namespace OrleansStream.Benchmarks.Keys;

/// <summary>What the process holds after a full collection.</summary>
/// <param name="Phase">After what.</param>
/// <param name="Activations">Keys alive.</param>
/// <param name="HeapBytes">Managed, live.</param>
/// <param name="RssMiB">Resident.</param>
/// <param name="PeakMiB">The largest resident set during the phase.</param>
internal sealed record Footprint(string Phase, int Activations, long HeapBytes, double RssMiB, double PeakMiB);

/// <summary>What one process gave.</summary>
/// <param name="Seen">Keys touched.</param>
/// <param name="Active">Keys kept active.</param>
/// <param name="FirstTouch">Every key once.</param>
/// <param name="Warm">Stretches over the active keys.</param>
/// <param name="Footprints">Start, touched, settled, measured.</param>
internal sealed record KeysResult(int Seen, int Active, Usage FirstTouch, Usage[] Warm, Footprint[] Footprints);

/// <summary>One process: touch many keys once, keep some active until the others are collected, measure on those.</summary>
internal static class KeysRun
{
    public static async Task<KeysResult> RunAsync(Settings settings)
    {
        int seen = settings.Number("touch", 1_000_000), active = settings.Number("active", 100_000), age = settings.Number("age", 120);
        int events = settings.Number("events", 1_000_000), stretches = settings.Number("stretches", 5);
        string pause = settings.Text("pause", "");
        string engine = settings.Text("engine", "");
        settings.ThrowIfUnknown();
        var path = new HotPath(Settings.Parse($"age={age},{engine}"), stateful: true);
        await using (path)
        {
            var workload = new ManyKeys(seen, active);
            var footprints = new List<Footprint>();
            await path.StartAsync();
            await path.SendAsync(workload, 0, 0);
            footprints.Add(Take("start"));
            var touch = await Usage.OfAsync(seen, () => path.SendAsync(workload, 0, seen));
            footprints.Add(Take("touched"));
            await PauseAsync(pause, "touched");
            long next = (long)(seen / active + 1) * active;
            if (seen > active) next = await SettleAsync(path, workload, active, age, next);
            footprints.Add(Take("settled"));
            await PauseAsync(pause, "settled");
            var warm = new Usage[stretches];
            await path.SendAsync(workload, ManyKeys.Uniform, events);
            for (int i = 0; i < stretches; i++)
            {
                long from = ManyKeys.Uniform + (i + 1L) * events;
                warm[i] = await Usage.OfAsync(events, () => path.SendAsync(workload, from, events));
                Console.WriteLine($"warm {i}: {warm[i].WallMicros:0.00} µs, {warm[i].CpuMicros:0.00} µs CPU per event, {StatefulCounterGrain.Alive:n0} alive");
            }
            footprints.Add(Take("measured"));
            return new KeysResult(seen, active, touch, warm, [.. footprints]);
        }
    }

    /// <summary>Touches the active keys in turn, three times within the collection age, until the others are collected.</summary>
    private static async Task<long> SettleAsync(HotPath path, ManyKeys workload, int active, int age, long next)
    {
        long limit = Environment.TickCount64 + 6_000L * age;
        int slice = Math.Max(1, 3 * active / age / 2);
        while (StatefulCounterGrain.Alive > active * 1.01)
        {
            if (Environment.TickCount64 > limit)
            {
                Console.WriteLine($"{StatefulCounterGrain.Alive:n0} activations are left after {6 * age} s");
                break;
            }
            var due = Task.Delay(500);
            await path.SendAsync(workload, next, slice);
            next += slice;
            await due;
        }
        return next;
    }

    private static Footprint Take(string phase)
    {
        double peak = Machine.StatusMiB("VmHWM");
        long heap = GC.GetTotalMemory(forceFullCollection: true);
        var taken = new Footprint(phase, StatefulCounterGrain.Alive, heap, Machine.StatusMiB("VmRSS"), peak);
        Machine.ResetPeak();
        Console.WriteLine($"{phase}: {taken.Activations:n0} activations, heap {heap / 1048576.0:n0} MiB, RSS {taken.RssMiB:n0} MiB, peak {peak:n0} MiB");
        return taken;
    }

    /// <summary>To look at the heap from outside.</summary>
    private static async Task PauseAsync(string pause, string phase)
    {
        if (pause != phase) return;
        Console.WriteLine($"paused: process {Environment.ProcessId}, 90 s");
        await Task.Delay(TimeSpan.FromSeconds(90));
    }
}
