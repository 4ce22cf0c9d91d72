using k8s;
using k8s.Models;
using Orleans.Configuration;
using Orleans.Hosting.Kubernetes;
using OrleansStream.ServiceDefaults;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Deployment.Kubernetes;

/// <summary>The manifests are what Kubernetes understands, and what they say is what the code reads.</summary>
public sealed class ManifestTests
{
    private static readonly string[] Ours = ["orleansstream-silo", "orleansstream-gateway", "orleansstream-web"];

    public static TheoryData<string> Files() =>
        [.. Directory.EnumerateFiles(Manifests.Folder, "*.yaml", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Manifests.Folder, f)).Where(f => Path.GetFileName(f) != "kustomization.yaml")];

    public static TheoryData<string> Overlays() => [.. Manifests.Overlays];

    [Theory]
    [MemberData(nameof(Files))]
    public void FitsItsTypes_WhenAFileIsRead(string file) => Manifests.Read(File.ReadAllText(Path.Combine(Manifests.Folder, file)));

    [Fact]
    public void IsRefused_WhenADocumentHasAnUnknownField() =>
        Assert.ThrowsAny<Exception>(() => Manifests.Read("apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  ports:\n    - portt: 1\n"));

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task FitsItsTypes_WhenAnOverlayIsRendered(string overlay)
    {
        var rendered = await Manifests.RenderAsync(overlay);
        Assert.Equal(3, rendered.Deployments.Count());
        Assert.DoesNotContain(rendered.All.OfType<IKubernetesObject<V1ObjectMeta>>().GroupBy(o => $"{o.Kind}/{o.Name()}"), g => g.Count() > 1);
    }

    [Fact]
    public async Task IsRendered_WhenTheOptionalMonitorsAreTaken()
    {
        Kubectl.Require();
        // Monitors are taken by an overlay; this one is made beside the others, and gone again.
        string overlay = Path.Combine(Manifests.Folder, "overlays", $"test-{Guid.NewGuid():N}");
        Directory.CreateDirectory(overlay);
        try
        {
            await File.WriteAllTextAsync(
                Path.Combine(overlay, "kustomization.yaml"),
                "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nbases: [../../base, ../../components/service-monitor]\n", TestContext.Current.CancellationToken);
            string rendered = await Kubectl.RunAsync("kustomize", overlay);
            Assert.Contains("kind: ServiceMonitor", rendered, StringComparison.Ordinal);
            Assert.Contains("kind: PodMonitor", rendered, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(overlay, recursive: true);
        }
    }

    [Theory]
    [InlineData("overlays/dev")]
    [InlineData("overlays/production")]
    public async Task IsTakenByKubectl_WhenAnOverlayIsAppliedDry(string overlay)
    {
        Kubectl.Require();
        using var scratch = new ScratchDirectory();
        await using var api = await KubernetesApi.StartAsync();
        string said = await Kubectl.RunAsync(
            "--server", api.Url, "--cache-dir", scratch.Path, "apply", "--dry-run=client", "--validate=false", "-k", Path.Combine(Manifests.Folder, overlay));
        var rendered = await Manifests.RenderAsync(overlay);
        Assert.Equal(rendered.All.Count, said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line.EndsWith(" created (dry run)", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task ProbesTheRoutesThatTheProcessesHave(string overlay)
    {
        foreach (var deployment in (await Manifests.RenderAsync(overlay)).Deployments)
        {
            var container = deployment.Spec.Template.Spec.Containers.Single();
            Assert.Equal("8080", $"{container.Ports.Single(p => p.Name == "http").ContainerPort}");
            Assert.Equal((HealthRoutes.Ready, "http"), (container.ReadinessProbe.HttpGet.Path, container.ReadinessProbe.HttpGet.Port.Value));
            Assert.Equal((HealthRoutes.Ready, "http"), (container.StartupProbe.HttpGet.Path, container.StartupProbe.HttpGet.Port.Value));
            Assert.Equal((HealthRoutes.Live, "http"), (container.LivenessProbe.HttpGet.Path, container.LivenessProbe.HttpGet.Port.Value));
            // A red answer takes it out of rotation within the time that its preStop hook waits.
            Assert.True(container.ReadinessProbe.PeriodSeconds * container.ReadinessProbe.FailureThreshold <= container.Lifecycle.PreStop.Sleep.Seconds);
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task GivesEachProcessTheTimeItTakesToEnd(string overlay)
    {
        foreach (var deployment in (await Manifests.RenderAsync(overlay)).Deployments)
        {
            var pod = deployment.Spec.Template.Spec;
            var container = pod.Containers.Single();
            string told = container.Env.SingleOrDefault(e => e.Name == "DOTNET_shutdownTimeoutSeconds")?.Value ?? HostDefaults.ShutdownTimeoutSeconds;
            Assert.True(pod.TerminationGracePeriodSeconds > container.Lifecycle.PreStop.Sleep.Seconds + int.Parse(told, null), deployment.Name());
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task TellsASiloWhichPodItIs_AsOrleansHostingReadsIt(string overlay)
    {
        var rendered = await Manifests.RenderAsync(overlay);
        var pod = rendered.Silo.Spec.Template;
        var fields = pod.Spec.Containers.Single().Env.Where(e => e.ValueFrom is not null).ToDictionary(e => e.Name, e => e.ValueFrom.FieldRef.FieldPath);
        Assert.Equal("metadata.name", fields[KubernetesHostingOptions.PodNameEnvironmentVariable]);
        Assert.Equal("metadata.namespace", fields[KubernetesHostingOptions.PodNamespaceEnvironmentVariable]);
        Assert.Equal("status.podIP", fields[KubernetesHostingOptions.PodIPEnvironmentVariable]);
        Assert.Equal($"metadata.labels['{KubernetesHostingOptions.ClusterIdLabel}']", fields[KubernetesHostingOptions.ClusterIdEnvironmentVariable]);
        Assert.Equal($"metadata.labels['{KubernetesHostingOptions.ServiceIdLabel}']", fields[KubernetesHostingOptions.ServiceIdEnvironmentVariable]);
        // Gateways have no pod's labels: for them the same names stand in the configuration.
        var config = rendered.All.OfType<V1ConfigMap>().Single(c => c.Name() == "orleansstream").Data;
        Assert.Equal(config["Orleans__ClusterId"], pod.Metadata.Labels[KubernetesHostingOptions.ClusterIdLabel]);
        Assert.Equal(config["Orleans__ServiceId"], pod.Metadata.Labels[KubernetesHostingOptions.ServiceIdLabel]);
        var ports = pod.Spec.Containers.Single().Ports.ToDictionary(p => p.Name, p => p.ContainerPort);
        Assert.Equal((EndpointOptions.DEFAULT_SILO_PORT, EndpointOptions.DEFAULT_GATEWAY_PORT), (ports["silo"], ports["gateway"]));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task LetsASiloWatchItsPods_AndNobodyAnythingElse(string overlay)
    {
        var rendered = await Manifests.RenderAsync(overlay);
        var rule = rendered.All.OfType<V1Role>().Single().Rules.Single();
        Assert.Equal(["pods"], rule.Resources);
        Assert.Equal(["get", "list", "watch", "patch"], rule.Verbs);
        var binding = rendered.All.OfType<V1RoleBinding>().Single();
        Assert.Equal(rendered.All.OfType<V1Role>().Single().Name(), binding.RoleRef.Name);
        Assert.Equal(rendered.Silo.Spec.Template.Spec.ServiceAccountName, binding.Subjects.Single().Name);
        Assert.Equal(rendered.All.OfType<V1ServiceAccount>().Single().Name(), binding.Subjects.Single().Name);
        foreach (var (name, pod) in rendered.Pods) Assert.Equal(name == "orleansstream-silo", pod.Spec.AutomountServiceAccountToken);
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task RunsEveryContainerWithoutRightsAndWithinBounds(string overlay)
    {
        foreach (var (name, pod) in (await Manifests.RenderAsync(overlay)).Pods)
        {
            Assert.True(pod.Spec.SecurityContext.RunAsNonRoot, name);
            Assert.Equal("RuntimeDefault", pod.Spec.SecurityContext.SeccompProfile.Type);
            foreach (var container in pod.Spec.Containers)
            {
                Assert.Equal((false, "ALL"), (container.SecurityContext.AllowPrivilegeEscalation, container.SecurityContext.Capabilities.Drop.Single()));
                // Kafka's image writes its configuration beside its program.
                Assert.True(container.SecurityContext.ReadOnlyRootFilesystem == true || name == "kafka", name);
                Assert.Equal(["cpu", "memory"], container.Resources.Limits.Keys.Order());
                Assert.Equal(["cpu", "memory"], container.Resources.Requests.Keys.Order());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task SpreadsGuardsAndBoundsWhatIsOurs(string overlay)
    {
        var rendered = await Manifests.RenderAsync(overlay);
        foreach (string name in Ours)
        {
            var pod = rendered.Deployments.Single(d => d.Name() == name).Spec.Template;
            Assert.All(pod.Spec.TopologySpreadConstraints, c => Assert.Equal(name, c.LabelSelector.MatchLabels["app.kubernetes.io/name"]));
            Assert.Equal("1", rendered.All.OfType<V1PodDisruptionBudget>().Single(b => b.Spec.Selector.MatchLabels["app.kubernetes.io/name"] == name).Spec.MaxUnavailable.Value);
            Assert.Single(rendered.All.OfType<V1NetworkPolicy>(), p => p.Spec.PodSelector.MatchLabels is { } labels && labels.TryGetValue("app.kubernetes.io/name", out string? of) && of == name);
            Assert.Equal("orleansstream", pod.Metadata.Labels["app.kubernetes.io/part-of"]);
        }
        Assert.Equal(
            ["orleansstream-gateway", "orleansstream-silo"], rendered.All.OfType<V2HorizontalPodAutoscaler>().Select(a => a.Spec.ScaleTargetRef.Name).Order());
        // An autoscaler's number is not reset by whoever applies the manifests again.
        Assert.All([rendered.Silo, rendered.Gateway], d => Assert.Null(d.Spec.Replicas));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task SetsOnlyWhatTheCodeReads(string overlay)
    {
        var rendered = await Manifests.RenderAsync(overlay);
        string[] config = [.. rendered.All.OfType<V1ConfigMap>().Where(c => c.Name() == "orleansstream").SelectMany(c => c.Data.Keys)];
        string[] own = [.. rendered.Pods.Where(p => p.Name.StartsWith("orleansstream", StringComparison.Ordinal)).SelectMany(p => p.Pod.Spec.Containers).SelectMany(c => c.Env ?? []).Select(e => e.Name)];
        Assert.All(config.Concat(own), name => Assert.True(KnownVariables.IsRead(name), name));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task NamesServicesAndPortsThatThereAre(string overlay)
    {
        var rendered = await Manifests.RenderAsync(overlay);
        foreach (var service in rendered.All.OfType<V1Service>())
        {
            var (_, pod) = Assert.Single(rendered.Pods, p => service.Spec.Selector.All(s => p.Pod.Metadata.Labels.Contains(s)));
            string[] ports = [.. pod.Spec.Containers.SelectMany(c => c.Ports ?? []).Select(p => p.Name)];
            Assert.All(service.Spec.Ports, p => Assert.Contains(p.TargetPort.Value, ports));
        }
        string url = rendered.Web.Spec.Template.Spec.Containers.Single().Env.Single(e => e.Name == "OrleansStream__Web__GatewayUrl").Value;
        Assert.Equal(80, rendered.All.OfType<V1Service>().Single(s => s.Name() == new Uri(url).Host).Spec.Ports.Single(p => p.Name == "http").Port);
    }

    /// <summary>Secrets are named, never written down; only the laptop's overlay has some, for trying.</summary>
    [Fact]
    public async Task HasNoSecrets_WhenProductionIsRendered()
    {
        var rendered = await Manifests.RenderAsync("overlays/production");
        Assert.Empty(rendered.All.OfType<V1Secret>());
        Assert.Equal(
            "orleansstream-migration", rendered.All.OfType<V1Job>().Single().Spec.Template.Spec.Containers.Single().EnvFrom.Single(e => e.SecretRef is not null).SecretRef.Name);
        Assert.All([rendered.Silo, rendered.Gateway], d => Assert.Contains(d.Spec.Template.Spec.Containers.Single().EnvFrom, e => e.SecretRef?.Name == "orleansstream-connections"));
    }
}
