using System.Globalization;

namespace OrleansStream.Streams.Conformance;

/// <summary>A seed per run, printed with the test's output and named in its failures; ORLEANSSTREAM_SEED repeats one.</summary>
public static class TestSeed
{
    public const string Variable = "ORLEANSSTREAM_SEED";

    public static int? Given =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    public static int Next()
    {
        int seed = Given ?? (Environment.TickCount & int.MaxValue);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Variable}={seed}");
        return seed;
    }

    /// <summary>That many seeds in a row, or the one that is given.</summary>
    public static IEnumerable<int> Series(int count)
    {
        int first = Next();
        return Given is null ? Enumerable.Range(0, count).Select(i => unchecked(first + i) & int.MaxValue) : [first];
    }
}
