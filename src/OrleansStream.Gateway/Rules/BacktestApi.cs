using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.Jobs;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Grains.Fraud.Backtests;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Rules;

/// <summary><c>POST /v1/rules/fraud/backtest</c>: what a rule set would have decided about what is in the log.</summary>
internal static class BacktestApi
{
    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];

    private const string Example =
        """
        {"id":"019aaf0f5e2c7d3f8b1a0c9d2e4f6a73","kind":"backtest","status":"queued","topic":"transactions","target":"strict","createdAt":"2026-11-22T10:00:00Z","progress":{"total":0,"scanned":0,"delivered":0,"applied":0,"published":0,"skipped":0,"percent":100}}
        """;

    public static void MapBacktests(this IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/rules/fraud/backtest", PostAsync)
        .RequireScope(Scope.Operate)
            .WithName("StartFraudBacktest").WithTags(RulesApi.Tag)
        .WithSummary("Try a rule set on what is in the log, as a job")
        .WithDescription(
            "`from` and `to` are times of transactions (`to` not included; without them all). Everything in the log before teaches, too. The job's `result` compares the rule set to the one in force: " +
            "flipped decisions, their number by kind, the first 100 of them and a hash over all; alerts, precision and recall of both where transactions are labelled.")
        .WithRequestBodyOf("application/json", """{"ruleset":{"id":"strict","thresholds":{"review":40,"decline":80}},"from":"2026-11-01T00:00:00Z","to":"2026-11-22T00:00:00Z"}""")
        .ProducesJob(Example)
        .WithRulesetProblems();

    private static async Task<IResult> PostAsync(HttpContext context, BacktestService backtests, IOptions<GatewayOptions> options)
    {
        var body = await JsonBody.ReadObjectAsync(context.Request, options.Value, context.RequestAborted);
        if (!body.TryGetProperty("ruleset", out var ruleset) || ruleset.ValueKind != JsonValueKind.Object)
            return Problems.Error(422, "missing-ruleset", "ruleset is the rule set to try.");
        var (from, to) = (Time(body, "from"), Time(body, "to"));
        if (from >= to) return Problems.Error(422, "from-after-to", "from lies after to.");
        try
        {
            var started = await backtests.StartAsync(Encoding.UTF8.GetBytes(ruleset.GetRawText()), from, to, context.RequestAborted);
            return started.Job is { } job ? JobsApi.Accepted(job) : RulesetBody.Invalid(started.Errors);
        }
        catch (LogOverloadedException)
        {
            return JobsApi.Refused(context.Response);
        }
    }

    /// <exception cref="RequestRejectedException">It is no time.</exception>
    private static DateTimeOffset? Time(JsonElement body, string name)
    {
        if (body.Text(name) is not { Length: > 0 } text || text == "earliest") return null;
        return DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new RequestRejectedException(400, $"invalid-{name}", $"{name} is an RFC 3339 time with offset.");
    }
}
