using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansStream.Cli.Benchmarks;

/// <summary>What a latency run came to.</summary>
/// <param name="Rate">Shots per second asked for.</param>
/// <param name="Seconds">Length asked for.</param>
/// <param name="Count">Shots answered by the contract, timed-out ones included.</param>
/// <param name="TimedOut">Answered 202: no decision within two seconds.</param>
/// <param name="Errors">Anything else.</param>
internal sealed record LatencySummary(double Rate, int Seconds, int Count, int TimedOut, int Errors)
{
    public Percentiles? LatencyMs { get; init; }
    public Percentiles? FromDueMs { get; init; }

    /// <summary>Null when the stream could not be opened.</summary>
    public Percentiles? StreamMs { get; init; }

    public long? StreamCount { get; init; }

    [JsonIgnore]
    public IReadOnlyList<string> FirstErrors { get; init; } = [];

    [JsonIgnore]
    public bool IsClean => TimedOut == 0 && Errors == 0;

    public string ToText()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{"ms",-10}{"p50",10}{"p90",10}{"p99",10}{"p99.9",10}{"max",10}{"count",10}");
        AppendRow(text, "latency", LatencyMs, Count);
        AppendRow(text, "from due", FromDueMs, Count);
        AppendRow(text, "stream", StreamMs, StreamCount ?? 0);
        text.Append(CultureInfo.InvariantCulture, $"{Count:N0} decisions at {Rate:0.###}/s for {Seconds} s, {TimedOut:N0} timed out, {Errors:N0} errors");
        foreach (var error in FirstErrors)
        {
            text.AppendLine().Append("  error: ").Append(error);
        }

        return text.ToString();
    }

    public string ToJson() => JsonSerializer.Serialize(this, BenchJson.Default.LatencySummary);

    private static void AppendRow(StringBuilder text, string name, Percentiles? row, long count)
    {
        if (row is not null)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{name,-10}{row.P50,10:0.00}{row.P90,10:0.00}{row.P99,10:0.00}{row.P999,10:0.00}{row.Max,10:0.00}{count,10:N0}");
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(LatencySummary))]
[JsonSerializable(typeof(ThroughputSummary))]
[JsonSerializable(typeof(DecisionsSummary))]
[JsonSerializable(typeof(RecommendSummary))]
[JsonSerializable(typeof(Purchase))]
internal sealed partial class BenchJson : JsonSerializerContext;
