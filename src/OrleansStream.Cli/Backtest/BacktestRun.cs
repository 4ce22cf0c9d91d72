using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansStream.Cli.Api;

namespace OrleansStream.Cli.Backtest;

/// <summary>Asks for a backtest and follows its job to the end.</summary>
internal sealed class BacktestRun(HttpClient http, TimeProvider clock)
{
    private readonly JsonApi _api = new(http, clock);
    private double _fraction;

    /// <summary>0 to 1.</summary>
    public double Fraction => Volatile.Read(ref _fraction);

    /// <summary>The job as it ended.</summary>
    /// <exception cref="CommandStoppedException">The server refused, or is not there.</exception>
    public async Task<JsonElement> RunAsync(string rules, string? from, string? to, CancellationToken stop)
    {
        var job = await _api.PostAsync("v1/rules/fraud/backtest", JsonApi.Body(("ruleset", Document(rules)), ("from", from), ("to", to)), stop);
        return await _api.FollowAsync(job, fraction => Volatile.Write(ref _fraction, fraction), stop);
    }

    private static JsonObject Document(string rules)
    {
        try
        {
            return JsonNode.Parse(rules) is JsonObject document ? document : throw new UsageException("The rule set is not a JSON object.");
        }
        catch (JsonException e)
        {
            throw new UsageException($"The rule set is not valid JSON at line {e.LineNumber + 1}.");
        }
    }
}
