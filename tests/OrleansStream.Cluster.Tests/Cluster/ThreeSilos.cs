using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Cluster;

/// <summary>
/// Three silos and two gateways that the tests of a class take one after the other: to start them takes longer than most of what is done to them. Who takes them finds three
/// silos that live; after a test that did not give them back there are new ones.
/// </summary>
public sealed class ThreeSilos : IAsyncDisposable
{
    private ProductCluster? _cluster;
    private (bool Cuttable, bool GivenBack) _state;

    /// <param name="cuttable">Whether silos can be cut off. There is one cluster at a time: whoever wants the other kind waits for a new one.</param>
    public async Task<ProductCluster> TakeAsync(bool cuttable = false)
    {
        if (_state != (cuttable, GivenBack: true)) await DisposeAsync();
        _state = (cuttable, GivenBack: false);
        if (_cluster is null) _cluster = await ProductCluster.StartAsync(silos: 3, gateways: 2, cuttable: cuttable);
        else await _cluster.ReplaceEndedAsync();
        return _cluster;
    }

    /// <summary>The test has done what it wanted, and whatever it did to silos has ended them or is over.</summary>
    public void GiveBack() => _state.GivenBack = true;

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
        _cluster = null;
    }
}
