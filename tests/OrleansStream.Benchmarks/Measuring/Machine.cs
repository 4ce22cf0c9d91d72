using System.Diagnostics;
using System.Globalization;

namespace OrleansStream.Benchmarks.Measuring;

/// <summary>What the machine did beside what is measured.</summary>
internal static class Machine
{
    private const double TicksPerSecond = 100;

    /// <summary>A fixed amount of work on one core, milliseconds: how fast the machine is now.</summary>
    public static double SpinMs()
    {
        long started = Stopwatch.GetTimestamp();
        ulong x = 0x9E3779B97F4A7C15;
        for (int i = 0; i < 100_000_000; i++)
        {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
        }
        GC.KeepAlive(x);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    /// <summary>CPU seconds that the whole machine has spent on anything, all cores.</summary>
    public static double BusySeconds()
    {
        long[] fields = [.. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(f => long.Parse(f, CultureInfo.InvariantCulture))];
        // user nice system idle iowait irq softirq steal
        return (fields[0] + fields[1] + fields[2] + fields[5] + fields[6] + fields[7]) / TicksPerSecond;
    }

    /// <summary>A figure of <c>/proc/self/status</c> in MiB: <c>VmRSS</c>, <c>VmHWM</c>.</summary>
    public static double StatusMiB(string name)
    {
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(name + ":", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Split('\t')[^1], CultureInfo.InvariantCulture) / 1024.0;
    }

    /// <summary>From here on, <c>VmHWM</c> is the peak since now.</summary>
    public static void ResetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");
}
