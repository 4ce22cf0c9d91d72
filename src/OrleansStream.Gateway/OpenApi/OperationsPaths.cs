using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace OrleansStream.Gateway.OpenApi;

/// <summary>Describes the routes that every process has and that no handler of this project maps: health and metrics.</summary>
internal static class OperationsPaths
{
    public static void AddTo(OpenApiDocument document)
    {
        Add(document, "/health/live", "GetLiveness", "Is the process alive?", "Healthy", 200, 503);
        Add(document, "/health/ready", "GetReadiness", "Are events accepted? Red from the moment the process is asked to stop.", "Healthy", 200, 503);
        Add(document, "/metrics", "GetMetrics", "Metrics in Prometheus' text format", "orleansstream_records_applied_total{topic=\"transactions\"} 1843", 200);
        document.Paths["/metrics"].Operations![HttpMethod.Get].Security = SecuritySchemes.Requirements(document, Auth.Scope.Read);
    }

    private static void Add(OpenApiDocument document, string path, string id, string summary, string example, params int[] statuses)
    {
        var operation = new OpenApiOperation
        {
            OperationId = id, Summary = summary, Responses = [],
            Tags = new HashSet<OpenApiTagReference> { new("Operations", document) },
        };
        foreach (int status in statuses)
        {
            operation.Responses[status.ToString(System.Globalization.CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = status == 200 ? "OK" : "Not now",
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["text/plain"] = new()
                    {
                        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                        Example = JsonValue.Create(status == 200 ? example : "Unhealthy"),
                    },
                },
            };
        }
        document.Tags ??= new HashSet<OpenApiTag>();
        document.Tags.Add(new OpenApiTag { Name = "Operations" });
        document.Paths[path] = new OpenApiPathItem { Operations = new Dictionary<HttpMethod, OpenApiOperation> { [HttpMethod.Get] = operation } };
    }
}
