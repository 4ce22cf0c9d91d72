namespace OrleansStream.Domain.Observability.Series;

/// <summary>What happened in one second. Cells add up exactly, in any order.</summary>
/// <param name="Second">Within its minute, 0 to 59.</param>
/// <param name="Requests">All.</param>
/// <param name="Errors">Failed ones among them.</param>
/// <param name="Logs">Log records.</param>
/// <param name="LogErrors">Those of severity error and fatal.</param>
/// <param name="LatencyUs">Sum of the requests' latencies, microseconds.</param>
/// <param name="LatencyMaxUs">The longest; 0 when it is not known.</param>
public readonly record struct SecondCell(int Second, long Requests, long Errors, long Logs, long LogErrors, long LatencyUs, long LatencyMaxUs)
{
    public SecondCell Plus(in SecondCell other) => this with
    {
        Requests = Requests + other.Requests,
        Errors = Errors + other.Errors,
        Logs = Logs + other.Logs,
        LogErrors = LogErrors + other.LogErrors,
        LatencyUs = LatencyUs + other.LatencyUs,
        LatencyMaxUs = Math.Max(LatencyMaxUs, other.LatencyMaxUs),
    };

    public bool IsEmpty => Requests == 0 && Logs == 0 && Errors == 0 && LogErrors == 0;
}
