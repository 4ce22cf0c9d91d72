using System.Globalization;

namespace OrleansStream.Gateway.Tests.Fuzz;

/// <summary>No decoder crashes, hangs or fills the memory, whatever it is given. <c>eng/fuzz</c> gives them far more.</summary>
public sealed class DecoderTests
{
    private const long InSuite = 26_000;

    [Fact]
    public void ReadsOrRefuses_WhateverTheBytes()
    {
        long inputs = long.TryParse(Environment.GetEnvironmentVariable("ORLEANSSTREAM_FUZZ_INPUTS"), NumberStyles.None, CultureInfo.InvariantCulture, out long wanted) ? wanted : InSuite;
        uint seed = uint.TryParse(Environment.GetEnvironmentVariable("ORLEANSSTREAM_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out uint given) ? given : 14;
        var run = FuzzRun.Of(Decoders.All, inputs, seed);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Decoders.All.Count} decoders, seed {seed}: {run}");
        Assert.True(run.Inputs >= inputs);
        // Else the samples are no good, and nothing but their first byte was ever looked at.
        Assert.InRange(run.Read, run.Inputs / 100, run.Inputs - run.Inputs / 100);
    }

    [Fact]
    public void TakesItsSamples() => Assert.All(Decoders.All, decoder => Assert.All(decoder.Samples, sample => decoder.Take(sample)));

    [Fact]
    public void SaysSo_WhenADecoderCrashes()
    {
        var broken = new Decoder("broken", ["abc"u8.ToArray()], bytes => _ = bytes[2], typeof(FormatException));
        Assert.Contains("broken: IndexOutOfRange", Assert.Throws<InvalidOperationException>(() => FuzzRun.Of([broken], 1_000, 1)).Message, StringComparison.Ordinal);
    }
}
