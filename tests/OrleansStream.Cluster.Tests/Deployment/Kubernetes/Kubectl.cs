using System.Diagnostics;

namespace OrleansStream.Cluster.Tests.Deployment.Kubernetes;

/// <summary>The command <c>kubectl</c>. Where it is missing tests are skipped, visibly; under <c>CI=true</c> they fail.</summary>
internal static class Kubectl
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private static readonly bool IsThere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "kubectl")));

    public static void Require()
    {
        if (IsThere) return;
        const string missing = "There is no kubectl: install Debian's package 'kubernetes-client' (eng/test --install does).";
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", missing);
        Assert.Skip(missing);
    }

    /// <summary>What it printed; it must have succeeded.</summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        Require();
        var start = new ProcessStartInfo("kubectl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        string[] texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync()).WaitAsync(Limit);
        await process.WaitForExitAsync().WaitAsync(Limit);
        Assert.True(process.ExitCode == 0, $"kubectl {string.Join(' ', arguments)}: {texts[1]}");
        return texts[0];
    }
}
