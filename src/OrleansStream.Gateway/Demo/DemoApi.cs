using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;

namespace OrleansStream.Gateway.Demo;

/// <summary><c>/v1/demo</c>: made-up events for who wants to see something; only where the demo load was added.</summary>
internal static class DemoApi
{
    private const string Tag = "Demo";
    private static readonly string[] Known = [DemoLoad.All, "fraud", "shop", "ops", "chat"];

    private const string Example =
        """{"running":true,"scenario":"all","ratePerSecond":1.7,"whileWatched":false,"asked":true,"startedAt":"2026-11-22T10:00:00Z","events":102,"refused":0,"available":["all","fraud"]}""";

    public static void MapDemo(this IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetService<DemoLoad>() is null) return;
        routes.MapGet("/v1/demo", (DemoLoad demo) => TypedResults.Ok(demo.Status))
            .RequireScope(Scope.Read)
            .WithName("GetDemo").WithTags(Tag)
            .WithSummary("The demo load")
            .WithDescription("Off until somebody starts it.")
            .Produces<DemoStatus>().WithResponseExample(200, Example);
        routes.MapPut("/v1/demo", PutAsync)
            .RequireScope(Scope.Operate)
            .WithName("PutDemo").WithTags(Tag)
            .WithSummary("Start the demo load, or change it")
            .WithDescription(
                "Hands in events as a client would: `scenario` is `all` (every one available), `fraud` (card transactions, now and then a card in Delhi and then in New York), `shop`, `ops` (services that tell of themselves; in `all` at a rate of their own) " +
                "or `chat` (people who book tickets and tables and change their minds), as far as their processors are there; `ratePerSecond` from 0.1 to 5,000, 1.7 when it is missing. With `whileWatched` it ends half a minute after nobody listens " +
                "to the pipeline's event stream any more. Keys begin with `demo-`. It ends by itself after 5,000,000 events.")
            .WithRequestBodyOf("application/json", """{"scenario":"all","ratePerSecond":1.7}""")
            .Produces<DemoStatus>().WithResponseExample(200, Example)
            .WithProblem(400, PipelineProblems.Example(400, "malformed-json", "The body is not valid JSON at line 1, byte 17."))
            .WithProblem(415, PipelineProblems.Example(415, "unsupported-content-type", "Send one object as application/json."))
            .WithProblem(422, PipelineProblems.Example(422, "scenario-not-available", "The processor of 'shop' is not there; available are all, fraud."));
        routes.MapDelete("/v1/demo", (DemoLoad demo) => TypedResults.Ok(demo.Stop("It was stopped.")))
            .RequireScope(Scope.Operate)
            .WithName("DeleteDemo").WithTags(Tag)
            .WithSummary("Stop the demo load")
            .WithDescription("What it has handed in stays.")
            .Produces<DemoStatus>().WithResponseExample(200, Example.Replace("\"running\":true", "\"running\":false", StringComparison.Ordinal));
    }

    private static async Task<IResult> PutAsync(HttpContext context, DemoLoad demo, IOptions<DemoOptions> demoOptions, IOptions<GatewayOptions> options)
    {
        var json = await JsonBody.ReadObjectAsync(context.Request, options.Value, context.RequestAborted);
        var errors = new List<ProblemError>();
        string scenario = Scenario(json, demo, errors);
        double rate = Rate(json, demoOptions.Value, errors);
        bool whileWatched = WhileWatched(json, errors);
        if (errors.Count > 0) return Problems.Error(422, errors[0].Code, string.Join(" ", errors.Select(e => e.Detail)), errors);
        return TypedResults.Ok(demo.Start(scenario, rate, whileWatched));
    }

    private static string Scenario(JsonElement json, DemoLoad demo, List<ProblemError> errors)
    {
        if (!json.TryGetProperty("scenario", out var value) || value.ValueKind == JsonValueKind.Null) return DemoLoad.All;
        string? name = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        if (name is null || !Known.Contains(name)) errors.Add(new ProblemError(0, null, "invalid-scenario", $"scenario is one of {string.Join(", ", Known)}."));
        else if (!demo.Available.Contains(name))
            errors.Add(new ProblemError(0, null, "scenario-not-available", $"The processor of '{name}' is not there; available are {string.Join(", ", demo.Available)}."));
        return name ?? "";
    }

    private static double Rate(JsonElement json, DemoOptions options, List<ProblemError> errors)
    {
        if (!json.TryGetProperty("ratePerSecond", out var value) || value.ValueKind == JsonValueKind.Null) return options.RatePerSecond;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double rate) && DemoRate.IsAllowed(rate)) return rate;
        errors.Add(new ProblemError(0, null, "invalid-rate-per-second", "ratePerSecond is a number from 0.1 to 5,000."));
        return 0;
    }

    private static bool WhileWatched(JsonElement json, List<ProblemError> errors)
    {
        if (!json.TryGetProperty("whileWatched", out var value) || value.ValueKind is JsonValueKind.Null or JsonValueKind.False) return false;
        if (value.ValueKind == JsonValueKind.True) return true;
        errors.Add(new ProblemError(0, null, "invalid-while-watched", "whileWatched is true or false."));
        return false;
    }
}
