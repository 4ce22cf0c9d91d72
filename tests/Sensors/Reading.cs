namespace Sensors;

/// <summary>What a sensor says: the event.</summary>
public sealed record Reading(string SensorId, double Value, string? Id = null, DateTimeOffset? Time = null);

/// <summary>What is known of a sensor: the state of its key, by Welford's method.</summary>
[GenerateSerializer, Immutable, Alias("Sensors.SensorState")]
public sealed record SensorState([property: Id(0)] long Count, [property: Id(1)] double Mean, [property: Id(2)] double SumOfSquares)
{
    public double Deviation => Count < 2 ? 0 : Math.Sqrt(SumOfSquares / (Count - 1));

    public SensorState With(double value)
    {
        double mean = Mean + (value - Mean) / (Count + 1);
        return new SensorState(Count + 1, mean, SumOfSquares + (value - Mean) * (value - mean));
    }
}

/// <summary>A reading far from the others: the output.</summary>
[GenerateSerializer, Immutable, Alias("Sensors.Spike")]
public sealed record Spike([property: Id(0)] string ReadingId, [property: Id(1)] double Value, [property: Id(2)] double Mean, [property: Id(3)] DateTimeOffset Time);
