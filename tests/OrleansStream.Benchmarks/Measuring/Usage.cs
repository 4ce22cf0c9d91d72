using System.Diagnostics;

namespace OrleansStream.Benchmarks.Measuring;

/// <summary>What one stretch of work took: this process and, beside it, the rest of the machine.</summary>
/// <param name="Events">Handled in it.</param>
/// <param name="Seconds">Wall clock.</param>
/// <param name="CpuSeconds">Of this process, all threads, user and system.</param>
/// <param name="OthersShare">Of all cores, the share that other processes had: noise.</param>
/// <param name="AllocatedBytes">Managed allocations.</param>
/// <param name="Gen2">Full collections.</param>
/// <param name="GcPauseSeconds">All threads stood still for garbage collection.</param>
internal sealed record Usage(long Events, double Seconds, double CpuSeconds, double OthersShare, long AllocatedBytes, int Gen2, double GcPauseSeconds)
{
    public double PerSecond => Events / Seconds;
    public double PerCpuSecond => Events / CpuSeconds;
    public double CpuMicros => 1e6 * CpuSeconds / Events;
    public double WallMicros => 1e6 * Seconds / Events;

    public static async Task<Usage> OfAsync(long events, Func<Task> work)
    {
        using var self = Process.GetCurrentProcess();
        long allocated = GC.GetTotalAllocatedBytes();
        int gen2 = GC.CollectionCount(2);
        var pause = GC.GetTotalPauseDuration();
        double busy = Machine.BusySeconds();
        var cpu = self.TotalProcessorTime;
        long started = Stopwatch.GetTimestamp();
        await work();
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        self.Refresh();
        double own = (self.TotalProcessorTime - cpu).TotalSeconds;
        double others = Math.Max(0, Machine.BusySeconds() - busy - own) / (seconds * Environment.ProcessorCount);
        return new Usage(events, seconds, own, others, GC.GetTotalAllocatedBytes() - allocated, GC.CollectionCount(2) - gen2,
            (GC.GetTotalPauseDuration() - pause).TotalSeconds);
    }
}
