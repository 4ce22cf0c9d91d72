using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Gateway.Cards;
using OrleansStream.Gateway.Decisions;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.Streaming;
using OrleansStream.Gateway.Transactions;
using Scalar.AspNetCore;

namespace OrleansStream.Gateway.Hosting;

public static class GatewayExtensions
{
    /// <summary>Adds the HTTP edge. An <see cref="Streams.Log.IEventLog"/> and a cluster client (or a silo) must be there.</summary>
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<TransactionIngest>();
        services.AddSingleton<MinPosition>();
        services.AddSingleton<EventStream>();
        services.AddExceptionHandler<ExceptionProblems>();
        services.AddProblemDetails();
        services.AddResponseCompression();
        services.AddOpenApi(options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "OrleansStream";
            document.Info.Version = "v1";
            document.Info.Description = "Real-time stream processing: each event is decided the moment it happens.";
            return Task.CompletedTask;
        }));
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull);
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null; // RequestBody has its own, with an answer that says so.
        });
        return builder;
    }

    /// <summary>Maps every route of the API, its OpenAPI document and a browser for it.</summary>
    public static WebApplication MapGateway(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages(AnswerEmptyErrors);
        app.UseResponseCompression();
        app.MapTransactions();
        app.MapCards();
        app.MapDecisions();
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapScalarApiReference("/scalar");
        return app;
    }

    /// <summary>404 and 405 of routing come without a body: give them the same shape as all errors.</summary>
    private static Task AnswerEmptyErrors(Microsoft.AspNetCore.Diagnostics.StatusCodeContext context)
    {
        int status = context.HttpContext.Response.StatusCode;
        string code = status switch { 404 => "not-found", 405 => "method-not-allowed", _ => "request-failed" };
        return Problems.Result(status, code, status == 405 ? "The method is not allowed here" : "Not found").ExecuteAsync(context.HttpContext);
    }
}
