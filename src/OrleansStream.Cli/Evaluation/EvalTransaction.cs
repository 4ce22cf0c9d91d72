using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansStream.Cli.Evaluation;

internal sealed record EvalTransaction(string Id, string CardId, decimal Amount, DateTimeOffset Time, EvalMerchant Merchant, EvalPlace? Location);

internal sealed record EvalMerchant(string Id, string Name, string Category);

internal sealed record EvalPlace(double Lat, double Lon);

internal sealed record EvalLabel(string CardId, bool Fraud, string Source, DateTimeOffset Time);

/// <summary>What was decided about one transaction.</summary>
/// <param name="Suspicion">Higher is more suspicious: the log-odds behind the score, or the score when the server does not tell them.</param>
/// <param name="IsAlert">Reviewed or declined.</param>
internal readonly record struct Scored(double Suspicion, bool IsAlert)
{
    public static Scored Of(JsonElement decision) => new(
        decision.TryGetProperty("logOdds", out var logOdds) && logOdds.ValueKind == JsonValueKind.Number ? logOdds.GetDouble() : decision.GetProperty("score").GetDouble(),
        decision.GetProperty("outcome").GetString() != "approve");
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EvalTransaction))]
[JsonSerializable(typeof(EvalLabel))]
[JsonSerializable(typeof(FraudQuality))]
[JsonSerializable(typeof(SessionQuality))]
[JsonSerializable(typeof(EvalClick))]
internal sealed partial class EvalJson : JsonSerializerContext;
