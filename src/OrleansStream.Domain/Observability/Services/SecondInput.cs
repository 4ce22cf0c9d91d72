using OrleansStream.Domain.Observability.Series;
using OrleansStream.Domain.Observability.Sketches;

namespace OrleansStream.Domain.Observability.Services;

/// <summary>What an export adds to one second.</summary>
internal sealed class SecondInput
{
    public SecondCell Cell { get; set; }
    public LatencySketch Latency { get; set; } = LatencySketch.Empty;
    public long[]? Severities { get; set; }
    public long[]? Status { get; set; }
}
