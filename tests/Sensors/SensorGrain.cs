using OrleansStream.Streams.Processing;

namespace Sensors;

/// <summary>One sensor.</summary>
[GrainType("sensor")]
public sealed class SensorGrain(IGrainContext context) : KeyedStreamGrain<SensorEvent, SensorState, Spike>(context);
