using OrleansStream.Streams.Processing;
using OrleansStream.Streams.Testing;
using Sensors;

namespace OrleansStream.Extending.Tests;

public sealed class SensorTests
{
    [Fact]
    public void PutsOutASpike_WhenAReadingIsFarFromTheOthers()
    {
        using var harness = new ProcessorHarness<SensorEvent, SensorState, Spike, NoFacts>(new SensorProcessor());
        foreach (double value in (double[])[20.1, 19.9, 20, 20.2, 19.8]) harness.Send(new Reading("s-1", value));

        harness.Send(new Reading("s-1", 35, Id: "hot"));
        harness.Send(new Reading("s-2", 35));

        var spike = Assert.Single(harness.Outputs);
        Assert.Equal(("s-1", "hot", 35.0), (spike.Key, spike.Id, spike.Value.Value));
        Assert.Equal(6, harness.Shown("s-1").GetProperty("count").GetInt64());
    }

    [Theory]
    [InlineData("""{"value":1}""", "missing-field")]
    [InlineData("""{"sensorId":"s-1","value":"warm"}""", "invalid-type")]
    [InlineData("""{"sensorId":"s-1","value":1""", "malformed-json")]
    public void SaysWhatIsWrong_WhenAReadingCannotBeRead(string json, string code)
    {
        using var harness = new ProcessorHarness<SensorEvent, SensorState, Spike, NoFacts>(new SensorProcessor());
        Assert.Equal(code, Assert.Single(harness.Send(json)).Code);
        Assert.Empty(harness.Keys);
    }
}
