using Microsoft.AspNetCore.Http;
using OrleansStream.Streams.Pressure;

namespace OrleansStream.Gateway.Pressure;

/// <summary>Asks every gate of the process whether a topic takes records now.</summary>
internal sealed class IngestGates(IEnumerable<IIngestGate> gates)
{
    private readonly IIngestGate[] _gates = [.. gates];

    /// <summary>The answer to a request that must come again later; null when it may go on.</summary>
    public IResult? Refuse(HttpContext context, string topic) => Check(topic) is { } pressure ? Overload.Answer(context.Response, pressure) : null;

    /// <summary>Why a topic takes no records now; null when it does.</summary>
    public IngestPressure? Check(string topic)
    {
        foreach (var gate in _gates)
            if (gate.Check(topic) is { } pressure) return pressure;
        return null;
    }
}
