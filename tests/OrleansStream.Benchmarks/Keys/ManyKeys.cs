using System.Globalization;
using OrleansStream.Benchmarks.Engine;

namespace OrleansStream.Benchmarks.Keys;

/// <summary>
/// Numbers below <paramref name="seen"/> touch every key once; then <paramref name="active"/> keys in turn, and from
/// <see cref="Uniform"/> on the same keys drawn uniformly. Key texts are made anew each time, as a gateway would, and cost no memory here.
/// </summary>
internal sealed class ManyKeys(int seen, int active) : Workload(0, 0)
{
    /// <summary>The first number whose key is drawn at random.</summary>
    public const long Uniform = 1L << 40;

    public override string KeyOf(long number) => string.Create(CultureInfo.InvariantCulture, $"key-{IndexOf(number):d7}");

    private long IndexOf(long number) =>
        number < seen ? number : number < Uniform ? number % active : (long)(Mix((ulong)number) % (ulong)active);
}
