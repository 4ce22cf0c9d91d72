using System.Diagnostics.Metrics;

namespace OrleansStream.Benchmarks.Storage;

/// <summary>Reads the store's and the engine's own counters, as a monitoring system would.</summary>
internal sealed class StorageCounter : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _transactions;
    private long _applied;

    public StorageCounter()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "OrleansStream" && instrument.Name is "orleansstream.storage.transactions" or "orleansstream.records.applied") listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            if (instrument.Name == "orleansstream.storage.transactions") Interlocked.Add(ref _transactions, value);
            else Interlocked.Add(ref _applied, value);
        });
        _listener.Start();
    }

    /// <summary>Transactions committed.</summary>
    public long Transactions => Volatile.Read(ref _transactions);

    /// <summary>Events applied to their keys.</summary>
    public long Applied => Volatile.Read(ref _applied);

    public void Dispose() => _listener.Dispose();
}
