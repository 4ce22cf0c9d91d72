using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Streams.Processing;

namespace Sensors;

/// <summary>The rules, and what things are called. Pure: no clock, no I/O, no randomness.</summary>
public sealed class SensorProcessor() : StreamProcessor<SensorEvent, SensorState, Spike>(new ProcessorNames
{
    Topic = "readings", Key = "sensor", Keys = "sensors", KeyField = "sensorId", Output = "spike", OutputTopic = "spikes",
})
{
    private const int FewestReadings = 5;
    private const double Deviations = 4;

    public override SensorState InitialState => new(0, 0, 0);

    public override EventReading<SensorEvent> Read(ReadOnlySpan<byte> json, in ReadingDefaults defaults)
    {
        var read = JsonEvents.Read(json, defaults, SensorJson.Default.Reading, Names, r => new EventIdentity(r.SensorId, r.Id, r.Time));
        return new(read.Event is { } reading ? new SensorEvent(read.Id, reading.Value, read.Time) : null, read.Key, read.Id, read.Time, read.Errors);
    }

    public override Applied<SensorState, Spike> Apply(SensorState state, SensorEvent reading)
    {
        bool isSpike = state.Count >= FewestReadings && Math.Abs(reading.Value - state.Mean) > Deviations * state.Deviation;
        return new(state.With(reading.Value), isSpike ? [new Spike(reading.Id, reading.Value, state.Mean, reading.Time)] : []);
    }

    public override string IdOf(Spike output) => output.ReadingId;

    public override OutputContent ToContent(Spike output, in OutputOrigin<NoFacts> origin) =>
        new(JsonSerializer.SerializeToUtf8Bytes(output, SensorJson.Default.Spike), output.Time);

    public override byte[] ToJson(SensorState state, in StateOrigin origin) => JsonSerializer.SerializeToUtf8Bytes(
        new SensorView(origin.Key, state.Count, state.Mean, state.Deviation, origin.Applied.ToString()), SensorJson.Default.SensorView);
}

/// <summary>A reading with its id and time.</summary>
public sealed record SensorEvent(string Id, double Value, DateTimeOffset Time);

/// <summary>A sensor as queries show it.</summary>
public sealed record SensorView(string SensorId, long Count, double Mean, double Deviation, string AppliedPosition);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Reading))]
[JsonSerializable(typeof(Spike))]
[JsonSerializable(typeof(SensorView))]
internal sealed partial class SensorJson : JsonSerializerContext;
