using System.Globalization;

namespace OrleansStream.Streams.Tests.Fakes;

/// <summary>A seed per run, printed with the test's output and named in its failures; ORLEANSSTREAM_SEED repeats one.</summary>
internal static class TestSeed
{
    public static int Next()
    {
        string? given = Environment.GetEnvironmentVariable("ORLEANSSTREAM_SEED");
        int seed = given is null ? Environment.TickCount & int.MaxValue : int.Parse(given, CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper?.WriteLine($"ORLEANSSTREAM_SEED={seed}");
        return seed;
    }
}
