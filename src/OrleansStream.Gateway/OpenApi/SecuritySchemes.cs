using Microsoft.AspNetCore.Builder;
using Microsoft.OpenApi;
using OrleansStream.Gateway.Http;

namespace OrleansStream.Gateway.OpenApi;

/// <summary>How keys are sent, and which scope a route needs.</summary>
internal static class SecuritySchemes
{
    private static readonly (string Name, OpenApiSecurityScheme Scheme)[] All =
    [
        ("apiKey", new() { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "X-Api-Key" }),
        ("bearer", new() { Type = SecuritySchemeType.Http, Scheme = "bearer" }),
        ("basic", new() { Type = SecuritySchemeType.Http, Scheme = "basic", Description = "The key as user name or as password." }),
    ];

    public static void AddTo(OpenApiDocument document)
    {
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        foreach (var (name, scheme) in All) document.Components.SecuritySchemes[name] = scheme;
    }

    /// <summary>Any of the schemes, with the scope as its role, and the two ways to be refused.</summary>
    public static TBuilder WithScope<TBuilder>(this TBuilder route, string scope) where TBuilder : IEndpointConventionBuilder =>
        route.AddOpenApiOperationTransformer((operation, context, _) =>
        {
            operation.Security = Requirements(context.Document, scope);
            operation.Responses ??= [];
            Add(operation, 401, "unauthorized", "The key is not valid, or not any more.");
            Add(operation, 403, "forbidden", $"The key has not the scope '{scope}'.");
            return Task.CompletedTask;
        });

    public static List<OpenApiSecurityRequirement> Requirements(OpenApiDocument? document, string scope) =>
        [.. All.Select(s => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(s.Name, document)] = [scope] })];

    private static void Add(OpenApiOperation operation, int status, string code, string detail) =>
        operation.Responses!.TryAdd(status.ToString(System.Globalization.CultureInfo.InvariantCulture), new OpenApiResponse
        {
            Description = status == 401 ? "No valid key" : "Not with this key",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [Problems.ContentType] = new()
                {
                    Schema = new OpenApiSchema { Type = JsonSchemaType.Object },
                    Example = System.Text.Json.Nodes.JsonNode.Parse(PipelineProblems.Example(status, code, detail)),
                },
            },
        });
}
