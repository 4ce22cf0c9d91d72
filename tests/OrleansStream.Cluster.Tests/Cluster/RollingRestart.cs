using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Cluster;

internal static class RollingRestart
{
    /// <summary>Each silo is told to end, and another put in its place, one after the other.</summary>
    public static async Task OfSilosAsync(ProductCluster cluster)
    {
        foreach (var silo in cluster.Silos.ToList())
        {
            Assert.True(await silo.TerminateAsync() == 0, $"A silo ended with {silo.ExitCode}:\n{silo.Output}");
            await cluster.ReplaceAsync(silo);
        }
    }
}
