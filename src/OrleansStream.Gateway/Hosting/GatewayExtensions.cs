using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansStream.Gateway.Alerts;
using OrleansStream.Gateway.Audit;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Cases;
using OrleansStream.Gateway.CloudEvents;
using OrleansStream.Gateway.Conversations;
using OrleansStream.Gateway.DeadLetters;
using OrleansStream.Gateway.Demo;
using OrleansStream.Gateway.Fraud;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.Jobs;
using OrleansStream.Gateway.Keys;
using OrleansStream.Gateway.Limits;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Gateway.Otlp;
using OrleansStream.Gateway.Pipeline;
using OrleansStream.Gateway.Pressure;
using OrleansStream.Gateway.Processors;
using OrleansStream.Gateway.Recommendations;
using OrleansStream.Gateway.Replays;
using OrleansStream.Gateway.Rules;
using OrleansStream.Gateway.Services;
using OrleansStream.Gateway.Streaming;
using OrleansStream.Gateway.Topics;
using OrleansStream.Grains;
using OrleansStream.Streams.Hosting;
using Scalar.AspNetCore;

namespace OrleansStream.Gateway.Hosting;

public static class GatewayExtensions
{
    /// <summary>Adds the HTTP edge. An <see cref="Streams.Log.IEventLog"/> and a cluster client (or a silo) must be there.</summary>
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOrleansStreamProcessors();
        services.AddApiKeys();
        services.AddLimits();
        services.AddSingleton<IngestGates>();
        services.AddSingleton<CloudEventReader>();
        services.AddStreamClient();
        services.AddSingleton<RecordIngest>();
        services.AddSingleton<OutcomeWait>();
        services.AddSingleton<MinPosition>();
        services.AddSingleton<KeyQuery>();
        services.AddSingleton<Snapshots>();
        services.AddSingleton<SnapshotStream>();
        services.AddPipeline();
        services.AddOtlp();
        services.AddSingleton<ModelPosition>();
        services.AddPersonalization();
        if (builder.Environment.IsDevelopment()) builder.AddDemo();
        services.AddSingleton<TopicStatus>();
        services.AddLagMonitor();
        services.AddExceptionHandler<ExceptionProblems>();
        services.AddProblemDetails();
        services.AddResponseCompression();
        services.AddOpenApi(options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "OrleansStream";
            document.Info.Version = "v1";
            document.Info.Description = "Real-time stream processing: each event is decided the moment it happens.";
            OperationsPaths.AddTo(document);
            SecuritySchemes.AddTo(document);
            return Task.CompletedTask;
        }));
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull);
        services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        return builder;
    }

    /// <summary>Maps every route of the API, its OpenAPI document and a browser for it.</summary>
    public static WebApplication MapGateway(this WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseExceptionHandler();
        app.UseStatusCodePages(AnswerEmptyErrors);
        app.UseResponseCompression();
        app.UseHeadAsGet();
        app.UseRouting();
        app.UseCors();
        app.UseAudit();
        app.UseKeysAndLimits();
        app.UseQueryRetries();
        app.MapProcessors();
        app.MapOtlp();
        app.MapServices();
        app.MapLabels();
        app.MapExplanations();
        app.MapCardTransactions();
        app.MapFraudRules();
        app.MapCases();
        app.MapPersonalization();
        app.MapConversations();
        app.MapAlerts();
        app.MapAlertRules();
        app.MapWebhooks();
        app.MapAlertmanager();
        app.MapLive();
        app.MapDeadLetters();
        app.MapReplays();
        app.MapJobs();
        app.MapTopics();
        app.MapKeys();
        app.MapTickets();
        app.MapPipeline();
        app.MapDemo();
        app.MapOpenApi("/openapi/v1.json").AllowAnonymous();
        app.MapScalarApiReference("/scalar").AllowAnonymous();
        return app;
    }

    /// <summary>404 and 405 of routing come without a body: give them the same shape as all errors.</summary>
    private static Task AnswerEmptyErrors(Microsoft.AspNetCore.Diagnostics.StatusCodeContext context)
    {
        var (status, request) = (context.HttpContext.Response.StatusCode, context.HttpContext.Request);
        var problem = status switch
        {
            404 => Problems.Error(404, "not-found", "Nothing is at this address."),
            405 => Problems.Error(405, "method-not-allowed", $"{request.Method} is not allowed here; see the Allow header."),
            _ => Problems.Error(status, "request-failed", "The request failed."),
        };
        return problem.ExecuteAsync(context.HttpContext);
    }
}
