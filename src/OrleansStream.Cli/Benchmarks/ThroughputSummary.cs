using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansStream.Cli.Benchmarks;

/// <summary>What a run came to.</summary>
/// <param name="Rate">Transactions per second asked for; null for as fast as they were taken.</param>
/// <param name="Seconds">Length asked for.</param>
/// <param name="Keys">Cards.</param>
/// <param name="Accepted">Transactions on the server's disk.</param>
/// <param name="Rejected">Transactions that the server did not like.</param>
/// <param name="Refused">Requests answered 429, which were sent again.</param>
/// <param name="Errors">Requests that failed.</param>
internal sealed record ThroughputSummary(double? Rate, int Seconds, int Keys, long Accepted, long Rejected, long Refused, int Errors)
{
    public double AcceptedPerSecond { get; init; }

    public double DecidedPerSecond { get; init; }

    public Percentiles? BatchMs { get; init; }

    /// <summary>Transactions.</summary>
    public long MostLag { get; init; }

    /// <summary>Seconds per second of the server's process; null when it does not say.</summary>
    public double? Cpu { get; init; }

    [JsonIgnore]
    public IReadOnlyList<string> FirstErrors { get; init; } = [];

    public string ToText() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        accepted  {AcceptedPerSecond,12:N0} /s   {Accepted:N0} transactions in batches, {Rejected:N0} rejected, {Refused:N0} requests refused for a while, {Errors:N0} errors
        decided   {DecidedPerSecond,12:N0} /s
        batch     p50 {BatchMs?.P50:0.0}, p90 {BatchMs?.P90:0.0}, p99 {BatchMs?.P99:0.0}, max {BatchMs?.Max:0.0} ms
        lag       {MostLag,12:N0} at most
        cpu       {(Cpu is { } cpu ? cpu.ToString("0.00", CultureInfo.InvariantCulture) : "–"),12} s/s of the server
        """) + string.Concat(FirstErrors.Select(e => $"\n  error: {e}"));

    public string ToJson() => JsonSerializer.Serialize(this, BenchJson.Default.ThroughputSummary);
}
