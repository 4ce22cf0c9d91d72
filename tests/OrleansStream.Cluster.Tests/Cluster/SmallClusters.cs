using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Cluster;

/// <summary>Clusters as anybody would start them, for tests that end none of their processes and use keys of their own.</summary>
[CollectionDefinition(nameof(SmallClusters))]
public sealed class SmallClusters : ICollectionFixture<SmallClusters>, IAsyncDisposable
{
    private ProductCluster? _oneSilo, _noSilo;

    /// <summary>A silo and a gateway.</summary>
    public async Task<ProductCluster> OneSiloAsync() => _oneSilo ??= await ProductCluster.StartAsync(silos: 1, gateways: 1);

    /// <summary>Two gateways that have never seen a silo.</summary>
    public async Task<ProductCluster> NoSiloAsync() => _noSilo ??= await ProductCluster.StartAsync(silos: 0, gateways: 2);

    public async ValueTask DisposeAsync()
    {
        if (_oneSilo is not null) await _oneSilo.DisposeAsync();
        if (_noSilo is not null) await _noSilo.DisposeAsync();
    }
}
