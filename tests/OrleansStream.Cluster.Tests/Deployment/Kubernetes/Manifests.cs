using k8s;
using k8s.Models;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Deployment.Kubernetes;

/// <summary>What lies in <c>deploy/kubernetes</c>, read strictly into the client's types: an unknown or doubled field fails.</summary>
internal sealed class Manifests
{
    /// <summary>Of the Prometheus operator: the client has no types for them.</summary>
    private static readonly string[] Custom = ["kind: ServiceMonitor", "kind: PodMonitor"];

    private Manifests(IReadOnlyList<object> all) => All = all;

    public static string Folder => Path.Combine(Repository.Root(), "deploy", "kubernetes");

    /// <summary>Folders with a kustomization that can be rendered by itself.</summary>
    public static IEnumerable<string> Overlays => Directory.EnumerateDirectories(Path.Combine(Folder, "overlays")).Append(Path.Combine(Folder, "base")).Select(d => Path.GetRelativePath(Folder, d));

    public IReadOnlyList<object> All { get; }

    public IEnumerable<V1Deployment> Deployments => All.OfType<V1Deployment>();

    public V1Deployment Silo => Deployments.Single(d => d.Name() == "orleansstream-silo");

    public V1Deployment Gateway => Deployments.Single(d => d.Name() == "orleansstream-gateway");

    public V1Deployment Web => Deployments.Single(d => d.Name() == "orleansstream-web");

    /// <summary>Every pod that is described, by the name of what makes it.</summary>
    public IEnumerable<(string Name, V1PodTemplateSpec Pod)> Pods =>
    [
        .. Deployments.Select(d => (d.Name(), d.Spec.Template)),
        .. All.OfType<V1StatefulSet>().Select(s => (s.Name(), s.Spec.Template)),
        .. All.OfType<V1Job>().Select(j => (j.Name(), j.Spec.Template)),
    ];

    /// <summary>As `kubectl kustomize` renders it.</summary>
    /// <param name="overlay">Its folder, from <see cref="Folder"/>.</param>
    public static async Task<Manifests> RenderAsync(string overlay) => Read(await Kubectl.RunAsync("kustomize", Path.Combine(Folder, overlay)));

    public static Manifests Read(string yaml)
    {
        var documents = yaml.Split("\n---\n").Where(document => !Custom.Any(kind => document.Contains(kind, StringComparison.Ordinal)));
        return new([.. documents.SelectMany(document => KubernetesYaml.LoadAllFromString(document, null, strict: true))]);
    }
}
