using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace OrleansStream.Storage.Stock;

/// <summary>Orleans' AdoNet provider, started by itself: the store is asked for before a silo's providers are.</summary>
internal static class StockProvider
{
    public static async Task<IGrainStorage> StartAsync(
        AdoNetGrainStorageOptions options, string serviceId, IActivatorProvider activators, ILogger<AdoNetGrainStorage> logger, CancellationToken cancellationToken)
    {
        var storage = new AdoNetGrainStorage(activators, logger, Options.Create(options), Options.Create(new ClusterOptions { ServiceId = serviceId }), "stock");
        var start = new StartOnly();
        storage.Participate(start);
        await start.RunAsync(cancellationToken).ConfigureAwait(false);
        return storage;
    }

    /// <summary>Settings under which it reads and writes checkpoint rows as they are.</summary>
    public static AdoNetGrainStorageOptions ForCheckpoints(string invariant, string connectionString) => new()
    {
        Invariant = invariant, ConnectionString = connectionString, DeleteStateOnClear = true, GrainStorageSerializer = new StockRow.Bytes(), HashPicker = new StockKeys(),
    };

    /// <summary>A lifecycle that starts whoever takes part; the provider has nothing to stop.</summary>
    private sealed class StartOnly : ISiloLifecycle
    {
        private readonly List<ILifecycleObserver> _observers = [];

        public int HighestCompletedStage => ServiceLifecycleStage.First;

        public int LowestStoppedStage => ServiceLifecycleStage.Last;

        public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
        {
            _observers.Add(observer);
            return new Nothing();
        }

        public async Task RunAsync(CancellationToken cancellationToken)
        {
            foreach (var observer in _observers) await observer.OnStart(cancellationToken).ConfigureAwait(false);
        }

        private sealed class Nothing : IDisposable
        {
            public void Dispose() { }
        }
    }
}

/// <summary>A core row as a state: its bytes, as they are.</summary>
internal sealed class StockRow
{
    public byte[] Payload { get; set; } = [];

    internal sealed class Bytes : IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T? input) => new(((StockRow)(object)input!).Payload);

        public T Deserialize<T>(BinaryData input) => (T)(object)new StockRow { Payload = input.ToArray() };
    }
}
