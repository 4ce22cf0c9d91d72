using System.Runtime.InteropServices;

namespace OrleansStream.Cli.Benchmarks;

/// <summary>Blocks a thread for less than a millisecond; the runtime counts whole ones.</summary>
internal static partial class PreciseSleep
{
    private const long NanosecondsPerSecond = 1_000_000_000, NanosecondsPerTick = 100;

    public static void For(TimeSpan time)
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
        {
            var (seconds, rest) = Math.DivRem(time.Ticks * NanosecondsPerTick, NanosecondsPerSecond);
            // A signal ends it early; whoever calls looks at the clock.
            _ = NanoSleep(new TimeSpec((nint)seconds, (nint)rest), 0);
            return;
        }

#pragma warning disable RS0030 // Blocking is what it is for.
        Thread.Sleep(time);
#pragma warning restore RS0030
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NanoSleep(in TimeSpec request, nint rest);

    private readonly record struct TimeSpec(nint Seconds, nint Nanoseconds);
}
