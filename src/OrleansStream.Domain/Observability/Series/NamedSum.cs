namespace OrleansStream.Domain.Observability.Series;

/// <summary>A gauge's values, or a counter's increases, within a minute.</summary>
/// <param name="Name">Its place in the service's table of names.</param>
/// <param name="Sum">Of the values; of a counter, what it grew by.</param>
/// <param name="Count">Values; of a counter, points.</param>
/// <param name="Max">The largest.</param>
public readonly record struct NamedSum(int Name, double Sum, long Count, double Max)
{
    public NamedSum Plus(in NamedSum other) => this with { Sum = Sum + other.Sum, Count = Count + other.Count, Max = Math.Max(Max, other.Max) };
}
