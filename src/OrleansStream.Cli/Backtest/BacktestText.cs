using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OrleansStream.Cli.Backtest;

/// <summary>A backtest's job for people.</summary>
internal static class BacktestText
{
    private const int Shown = 10;

    public static string Of(JsonElement job)
    {
        if (!job.TryGetProperty("result", out var result))
        {
            return $"{job.GetProperty("status").GetString()}: {(job.TryGetProperty("error", out var error) ? error.GetString() : "it has no result")}";
        }

        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{result.GetProperty("transactions").GetInt64():N0} transactions, {result.GetProperty("flipped").GetInt64():N0} decisions flipped");
        foreach (var kind in result.GetProperty("flippedBy").EnumerateObject())
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {kind.Name,-20}{kind.Value.GetInt64(),10:N0}");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"{"",-12}{"alerts",10}{"declines",10}{"precision",11}{"recall",9}");
        Row(text, "in force", result.GetProperty("baseline"));
        Row(text, "tried", result.GetProperty("candidate"));
        foreach (var flip in result.GetProperty("flips").EnumerateArray().Take(Shown))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {flip.GetProperty("cardId").GetString()} {flip.GetProperty("transactionId").GetString()}: {flip.GetProperty("from").GetString()} {flip.GetProperty("fromScore")} → {flip.GetProperty("to").GetString()} {flip.GetProperty("toScore")}");
        }

        return text.ToString().TrimEnd();
    }

    private static void Row(StringBuilder text, string name, JsonElement quality) => text.AppendLine(
        CultureInfo.InvariantCulture,
        $"{name,-12}{quality.GetProperty("alerts").GetInt64(),10:N0}{quality.GetProperty("declines").GetInt64(),10:N0}{Share(quality, "precision"),11}{Share(quality, "recall"),9}");

    private static string Share(JsonElement quality, string name) =>
        quality.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble().ToString("0.000", CultureInfo.InvariantCulture) : "-";
}
