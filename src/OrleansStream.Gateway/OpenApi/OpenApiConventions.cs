using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using OrleansStream.Gateway.Http;

namespace OrleansStream.Gateway.OpenApi;

/// <summary>What a route says about itself in the OpenAPI document beyond what its signature tells.</summary>
internal static class OpenApiConventions
{
    /// <summary>A body the handler reads by itself.</summary>
    public static RouteHandlerBuilder WithRequestBodyOf(this RouteHandlerBuilder route, string contentType, string example) =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.RequestBody ??= new OpenApiRequestBody { Required = true, Content = new Dictionary<string, OpenApiMediaType>() };
            operation.RequestBody.Content![contentType] = new OpenApiMediaType
            {
                Schema = new OpenApiSchema { Type = example.StartsWith('[') ? JsonSchemaType.Array : JsonSchemaType.Object }, Example = Parse(example),
            };
            return Task.CompletedTask;
        });

    /// <summary>A parameter of the path that the handler reads by itself.</summary>
    public static RouteHandlerBuilder WithPathParameter(this RouteHandlerBuilder route, string name, string example) =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Parameters ??= [];
            if (operation.Parameters.Any(p => p.Name == name)) return Task.CompletedTask;
            operation.Parameters.Insert(0, new OpenApiParameter
            {
                Name = name, In = ParameterLocation.Path, Required = true, Example = Parse(example), Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
            return Task.CompletedTask;
        });

    public static TBuilder WithHeaderParameter<TBuilder>(this TBuilder route, string name, string description, string example)
        where TBuilder : IEndpointConventionBuilder => route.WithParameter(ParameterLocation.Header, name, description, example);

    public static TBuilder WithQueryParameter<TBuilder>(this TBuilder route, string name, string description, string example)
        where TBuilder : IEndpointConventionBuilder => route.WithParameter(ParameterLocation.Query, name, description, example);

    /// <summary>An example for a parameter of the handler's signature, in path or query.</summary>
    public static TBuilder WithParameterExample<TBuilder>(this TBuilder route, string name, string example)
        where TBuilder : IEndpointConventionBuilder =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            foreach (var parameter in operation.Parameters ?? [])
                if (parameter.Name == name && parameter is OpenApiParameter own) own.Example = Parse(example);
            return Task.CompletedTask;
        });

    public static RouteHandlerBuilder WithResponseExample(this RouteHandlerBuilder route, int status, string example) =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            if (operation.Responses?.TryGetValue(status.ToString(System.Globalization.CultureInfo.InvariantCulture), out var response) == true)
                foreach (var media in response.Content?.Values ?? []) media.Example = Parse(example);
            return Task.CompletedTask;
        });

    public static RouteHandlerBuilder WithProblem(this RouteHandlerBuilder route, int status, string example) =>
        route.Produces<ProblemDetails>(status, Problems.ContentType).WithResponseExample(status, example);

    private static TBuilder WithParameter<TBuilder>(this TBuilder route, ParameterLocation place, string name, string description, string example)
        where TBuilder : IEndpointConventionBuilder =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = name, In = place, Description = description, Example = Parse(example), Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
            return Task.CompletedTask;
        });

    private static JsonNode? Parse(string example) => example is ['{' or '[', ..] ? JsonNode.Parse(example) : JsonValue.Create(example);
}
