using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Deployment.Aspire;

/// <summary>
/// What the AppHost makes of itself (<c>manifest.json</c>, written by Aspire 13.6.5: <c>dotnet run --project AppHost -- --publisher manifest --output-path …</c>): the variables of
/// each process, word for word, its expressions replaced by what there is here.
/// </summary>
internal sealed partial class AspireManifest
{
    private readonly JsonObject _resources = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "manifest.json")))!["resources"]!.AsObject();

    public static string Folder => Path.Combine(Repository.Root(), "tests", "OrleansStream.Cluster.Tests", "Deployment", "Aspire");

    /// <summary>Names of all resources.</summary>
    public IEnumerable<string> Resources => _resources.Select(r => r.Key);

    /// <summary>The variables of a process, as the AppHost sets them when it runs it: with where to listen, and with what it adds for its dashboard.</summary>
    /// <param name="resource">Its name.</param>
    /// <param name="known">What expressions without their braces stand for; unknown ones fail.</param>
    public Dictionary<string, string> Variables(string resource, IReadOnlyDictionary<string, string> known)
    {
        var variables = _resources[resource]!["env"]!.AsObject()
            .Where(v => !AssignedByTheTest.Contains(v.Key))
            .ToDictionary(v => v.Key, v => Expression().Replace(v.Value!.GetValue<string>(), m => known[m.Groups[1].Value]));
        foreach (var (name, value) in AddedWhenItRuns) variables[name] = value;
        variables["OTEL_SERVICE_NAME"] = resource;
        return variables;
    }

    /// <summary>Ports: a test chooses free ones and sets the same variables. The manifest's HTTP_PORTS is for containers; processes are told ASPNETCORE_URLS.</summary>
    private static readonly string[] AssignedByTheTest = ["HTTP_PORTS", "Orleans__Endpoints__SiloPort", "Orleans__Endpoints__GatewayPort"];

    /// <summary>Aspire.Hosting's ExecutableCreator and OtlpConfigurationExtensions, of a project in run mode; nobody listens at the dashboard's address.</summary>
    private static readonly Dictionary<string, string> AddedWhenItRuns = new()
    {
        [ProductProcess.UrlVariable] = "",
        ["DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION"] = "true",
        ["LOGGING__CONSOLE__FORMATTERNAME"] = "simple",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "1000",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "1000",
        ["OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION"] = "true",
        ["OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION"] = "true",
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9",
        ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-otlp-api-key=0123456789abcdef",
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
        ["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
        ["OTEL_RESOURCE_ATTRIBUTES"] = "service.instance.id=abcdefgh",
        ["OTEL_TRACES_SAMPLER"] = "always_on",
    };

    [GeneratedRegex(@"\{([^{}]+)\}")]
    private static partial Regex Expression();
}
