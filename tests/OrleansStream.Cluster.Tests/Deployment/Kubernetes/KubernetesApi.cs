using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Deployment.Kubernetes;

/// <summary>
/// So much of a Kubernetes API as <c>kubectl apply --dry-run=client</c> asks for: which kinds there are, and that no object is there yet. It shows that kubectl finds a kind, a
/// version and a path for each object; what a real server would say of their fields is not asked.
/// </summary>
internal sealed class KubernetesApi : IAsyncDisposable
{
    private static readonly Dictionary<string, string[]> Kinds = new()
    {
        ["v1"] = ["ConfigMap", "Namespace", "Secret", "Service", "ServiceAccount"],
        ["apps/v1"] = ["Deployment", "StatefulSet"],
        ["autoscaling/v2"] = ["HorizontalPodAutoscaler"],
        ["batch/v1"] = ["Job"],
        ["networking.k8s.io/v1"] = ["NetworkPolicy"],
        ["policy/v1"] = ["PodDisruptionBudget"],
        ["rbac.authorization.k8s.io/v1"] = ["Role", "RoleBinding"],
    };

    private readonly WebApplication _app;

    private KubernetesApi(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    /// <summary>Paths of objects that were asked for.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public static async Task<KubernetesApi> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add(FreePorts.Url().ToString().TrimEnd('/'));
        var api = new KubernetesApi(app);
        app.Run(api.AnswerAsync);
        await app.StartAsync();
        return api;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!;
        if (path == "/api") return context.Response.WriteAsJsonAsync(new { kind = "APIVersions", versions = new[] { "v1" } });
        if (path == "/apis") return context.Response.WriteAsJsonAsync(new { kind = "APIGroupList", apiVersion = "v1", groups = Kinds.Keys.Where(v => v != "v1").Select(Group) });
        string version = path.StartsWith("/apis/", StringComparison.Ordinal) ? path["/apis/".Length..] : path["/".Length..].Replace("api/", "", StringComparison.Ordinal);
        if (Kinds.TryGetValue(version, out string[]? kinds)) return context.Response.WriteAsJsonAsync(new { kind = "APIResourceList", apiVersion = "v1", groupVersion = version, resources = kinds.Select(Resource) });
        Asked.Enqueue(path);
        context.Response.StatusCode = 404;
        return context.Response.WriteAsJsonAsync(new { kind = "Status", apiVersion = "v1", status = "Failure", reason = "NotFound", code = 404 });
    }

    private static object Group(string groupVersion)
    {
        var version = new { groupVersion, version = groupVersion.Split('/')[1] };
        return new { name = groupVersion.Split('/')[0], versions = new[] { version }, preferredVersion = version };
    }

    private static object Resource(string kind) => new
    {
        name = kind.EndsWith('y') ? kind[..^1].ToLowerInvariant() + "ies" : kind.ToLowerInvariant() + "s",
        singularName = "", namespaced = kind != "Namespace", kind, verbs = new[] { "create", "get", "list", "patch" },
    };
}
