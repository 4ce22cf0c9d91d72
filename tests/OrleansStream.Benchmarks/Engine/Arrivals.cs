using System.Runtime.InteropServices;

namespace OrleansStream.Benchmarks.Engine;

/// <summary>How many events have reached their grains, striped so that counting costs every contender next to nothing.</summary>
internal static class Arrivals
{
    private static readonly Stripe[] Stripes = new Stripe[64];
    private static TaskCompletionSource<long>? _single;

    /// <summary>Told when the next event arrives: <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>.</summary>
    public static TaskCompletionSource<long>? Single
    {
        set => Volatile.Write(ref _single, value);
    }

    /// <summary>One grain call brought so many.</summary>
    public static void Add(int count)
    {
        ref var stripe = ref Stripes[Environment.CurrentManagedThreadId & 63];
        Interlocked.Add(ref stripe.Count, count);
        Interlocked.Increment(ref stripe.Calls);
        if (Volatile.Read(ref _single) is { } single) single.TrySetResult(System.Diagnostics.Stopwatch.GetTimestamp());
    }

    public static long Calls => Stripes.Sum(s => Volatile.Read(ref s.Calls));

    public static long Total
    {
        get
        {
            long sum = 0;
            foreach (ref var stripe in Stripes.AsSpan()) sum += Volatile.Read(ref stripe.Count);
            return sum;
        }
    }

    /// <summary>Until so many have arrived.</summary>
    /// <exception cref="TimeoutException">Nothing has come for a minute.</exception>
    public static async Task ReachAsync(long count)
    {
        long last = -1, since = Environment.TickCount64;
        while (Total is var now && now < count)
        {
            if (now != last) (last, since) = (now, Environment.TickCount64);
            else if (Environment.TickCount64 - since > 60_000) throw new TimeoutException($"{now:n0} of {count:n0} events have arrived, and none for a minute.");
            await Task.Delay(1);
        }
    }

    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private struct Stripe
    {
        public long Count;
        public long Calls;
    }
}
