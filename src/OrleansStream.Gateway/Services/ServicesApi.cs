using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Gateway.Processors;
using OrleansStream.Gateway.Streaming;
using OrleansStream.Grains.Services;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Services;

/// <summary><c>GET /v1/services</c> and <c>/v1/services/{service}</c>: who is there, and how they do.</summary>
internal static class ServicesApi
{
    public const string Tag = "Observability";
    private static readonly string[] Orders = ["errorRate", "errors", "requests", "logs", "lastSeen", "name"];

    private const string ItemExample =
        """
        {"name":"checkout","requestRate":12.4,"errorRate":0.008,"logRate":40.2,"requestErrorRatio":0.008,"logErrorRatio":0.005,"cpu":0.31,"memoryBytes":268435456,"firingAlerts":0,"requests":14880,"errors":12,"logs":48240,"logErrors":240,"lastSeen":"2026-11-22T10:00:07.412+00:00"}
        """;

    private const string Example =
        """
        {"name":"checkout","time":"2026-11-22T10:00:07.412+00:00","requestRate":12.4,"errorRate":0.008,"requestErrorRatio":0.008,"logRate":40.2,"logErrorRatio":0.005,"latencyMs":{"p50":12.1,"p90":31,"p95":48.2,"p99":120.9},"cpu":0.31,"memoryBytes":268435456,"requestSource":"spans","metrics":[{"name":"jobs.done","kind":"counter","last":3.5,"time":"2026-11-22T10:00:07+00:00"}],"alerts":[],"totals":{"exports":1200,"requests":14880,"requestErrors":12,"logs":48240,"logErrors":240,"late":0,"skewed":0,"duplicates":0,"outOfOrder":0,"resets":0,"invalid":0,"droppedSeries":0,"droppedLines":0},"seconds":[{"time":"2026-11-22T10:00:07+00:00","requests":12,"errors":0,"logs":40,"logErrors":0,"latencyMeanMs":14.2,"latencyMaxMs":48.1}],"minutes":[{"time":"2026-11-22T09:59:00+00:00","requests":744,"errors":6,"logs":2412,"logErrors":12,"latencyMs":{"p50":12.1,"p90":31,"p95":48.2,"p99":120.9}}],"templates":[{"template":"order <*> was paid","count":1240,"severity":"info"}],"forgottenTemplateLines":0,"appliedPosition":"service-signals:2:1843"}
        """;

    public static void MapServices(this IEndpointRouteBuilder routes)
    {
        // Whoever has no such processor has no services either.
        if (routes.ServiceProvider.GetRequiredService<ProcessorRegistry>().FindTopic(ServiceTopics.Signals) is not { } processor) return;
        routes.MapGet("/v1/services", ListAsync)
            .RequireScope(Scope.Read)
            .WithName("ListServices").WithTags(Tag)
            .WithSummary("Services, the ones that fail most first")
            .WithDescription("Rates of the last minute: 0 of one that is silent. One that was silent for a day leaves the list, unless an alert of it fires. `next` of one answer is `cursor` of the next.")
            .WithParameterExample("sort", "errorRate").WithParameterExample("contains", "check").WithParameterExample("limit", "50").WithParameterExample("cursor", "50")
            .WithHeaderParameter(MinPosition.Header, "Wait until this position is in the list.", $"{ServiceTopics.Signals}:3:1842")
            .WithHeaderParameter("Prefer", "`wait=<seconds>`: how long `Min-Position` waits.", "wait=5")
            .Produces<ServicePage>().WithResponseExample(200, $$"""{"items":[{{ItemExample}}],"next":null}""")
            .WithProblem(400, PipelineProblems.Example(400, "invalid-sort", $"sort is one of {string.Join(", ", Orders)}."))
            .WithProblem(504, PipelineProblems.Example(504, "position-not-reached", "The position was not reached within the time."));
        routes.MapGet("/v1/services/{service}", (HttpContext context, KeyQuery query, ServiceReader reader) => GetAsync(context, query, reader, processor))
            .RequireScope(Scope.Read)
            .WithName("GetService").WithTags(Tag)
            .WithSummary("How a service does: rates, latency, CPU, memory, per second and per minute, log templates")
            .WithDescription("Latency quantiles are within 2 % of a latency that was there. Times are those of the service; a host whose clock is wrong is set right.")
            .WithKeyQuery(processor)
            .ProducesJson(200, typeof(ServiceDocument), Example)
            .ProducesProblems(processor.Names, 400, 404, 503, 504);
        routes.MapServiceLogs(processor);
        routes.MapSnapshots("services", Tag, $$"""{"items":[{{ItemExample}}],"next":null}""", services => ValueTask.FromResult(Page(services.GetRequiredService<ServiceList>(), Orders[0], null, 0, PageLimit.Default)));
        ServiceMetrics.Observe(routes.ServiceProvider.GetRequiredService<ServiceList>());
    }

    private static async Task<IResult> ListAsync(HttpContext context, ServiceList services, ModelPosition position, string? sort, string? contains, string? limit, string? cursor)
    {
        int take = PageLimit.Of(limit);
        if (!string.IsNullOrEmpty(sort) && !Orders.Contains(sort)) return Problems.Error(400, "invalid-sort", $"sort is one of {string.Join(", ", Orders)}.");
        int skip = 0;
        if (!string.IsNullOrEmpty(cursor) && !int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out skip))
            return Problems.Error(400, "invalid-cursor", "cursor is `next` of an earlier answer.");
        if (await position.WaitAsync(context, ServiceList.ModelName) is { } problem) return problem;
        return TypedResults.Ok(Page(services, string.IsNullOrEmpty(sort) ? Orders[0] : sort, string.IsNullOrEmpty(contains) ? null : contains, skip, take));
    }

    private static ServicePage Page(ServiceList services, string sort, string? contains, int skip, int take)
    {
        var items = services.List(sort, skip, take + 1, contains);
        return new ServicePage([.. items.Take(take).Select(ServiceItem.Of)], items.Count > take ? (skip + take).ToString(CultureInfo.InvariantCulture) : null);
    }

    private static async Task<IResult> GetAsync(HttpContext context, KeyQuery query, ServiceReader reader, StreamProcessor processor)
    {
        var (grain, state, problem) = await query.FindAsync(context, processor, RouteText.Of(context, processor.Names.KeyField, 0));
        if (grain is null) return problem!;
        return TypedResults.Ok(ServiceDocument.Of(await reader.ReadAsync(grain, ServiceViewJson.Read(state!.Json)!)));
    }
}
