using System.Diagnostics;
using System.Globalization;
using CsCheck;

namespace OrleansStream.Gateway.Tests.Fuzz;

/// <summary>Gives every decoder its share of inputs and watches what comes of it.</summary>
/// <param name="Inputs">How many it took.</param>
/// <param name="Read">How many of them were good all the same.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Worst">The longest that one input took.</param>
/// <param name="WorstOf">Whose it was.</param>
/// <param name="MostAllocated">The most that one input allocated, bytes.</param>
/// <param name="HeapGrowth">What the heap holds more than before, bytes.</param>
internal sealed record FuzzRun(long Inputs, long Read, TimeSpan Elapsed, TimeSpan Worst, string WorstOf, long MostAllocated, long HeapGrowth)
{
    /// <summary>What one input may take.</summary>
    public static readonly TimeSpan Hang = TimeSpan.FromSeconds(1);

    /// <summary>What one input of some hundred bytes may allocate.</summary>
    public const long MemoryLimit = 64L << 20;

    /// <exception cref="InvalidOperationException">A decoder crashed, hung, or took too much; the message has the input.</exception>
    public static FuzzRun Of(IReadOnlyList<Decoder> decoders, long inputs, uint seed)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true), most = 0, count = 0, read = 0;
        var (worst, worstOf) = (TimeSpan.Zero, "");
        long started = Stopwatch.GetTimestamp();
        foreach (var decoder in decoders)
        {
            var random = new PCG(seed, seed);
            var gen = FuzzInputs.Of(decoder.Samples);
            for (long share = (inputs + decoders.Count - 1) / decoders.Count; share > 0; share--)
            {
                byte[] input = gen.Generate(random, null, out _);
                var (took, allocated, good) = Measure(decoder, input);
                // A machine that others use stops for a moment now and then; an input that hangs does so each time.
                for (int again = 0; again < 2 && took > Hang; again++) took = Measure(decoder, input).Took;
                if (took > Hang) throw Failed(decoder, input, $"it took {took.TotalMilliseconds:0} ms", null);
                if (allocated > MemoryLimit) throw Failed(decoder, input, $"it allocated {allocated:N0} bytes", null);
                if (took > worst) (worst, worstOf) = (took, decoder.Name);
                most = Math.Max(most, allocated);
                count++;
                if (good) read++;
            }
        }
        var elapsed = Stopwatch.GetElapsedTime(started);
        return new FuzzRun(count, read, elapsed, worst, worstOf, most, GC.GetTotalMemory(forceFullCollection: true) - before);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Inputs:N0} inputs in {Elapsed.TotalSeconds:0.0} s ({Inputs / Elapsed.TotalSeconds:N0}/s), {Read:N0} of them readable; worst {Worst.TotalMilliseconds:0.0} ms ({WorstOf}), most allocated by one {MostAllocated / 1024.0:N0} KiB, heap {HeapGrowth / 1048576.0:+0.0;-0.0} MiB");

    private static (TimeSpan Took, long Allocated, bool Good) Measure(Decoder decoder, byte[] input)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread(), started = Stopwatch.GetTimestamp();
        try
        {
            bool good = decoder.Take(input);
            return (Stopwatch.GetElapsedTime(started), GC.GetAllocatedBytesForCurrentThread() - allocated, good);
        }
        catch (Exception e)
        {
            throw Failed(decoder, input, $"{e.GetType().Name}: {e.Message}", e);
        }
    }

    private static InvalidOperationException Failed(Decoder decoder, byte[] input, string what, Exception? cause) =>
        new($"{decoder.Name}: {what}. The input, base64: {Convert.ToBase64String(input)}", cause);
}
