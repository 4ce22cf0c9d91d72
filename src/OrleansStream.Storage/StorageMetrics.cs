using System.Diagnostics.Metrics;
using OrleansStream.Streams;

namespace OrleansStream.Storage;

/// <summary>The store's instruments, in the meter of the engine. Durations in seconds.</summary>
public static class StorageMetrics
{
    private static readonly Meter Meter = new(StreamMetrics.MeterName);

    /// <summary>Transactions that were committed. Divided by <c>orleansstream.records.applied</c>: transactions per event.</summary>
    public static readonly Counter<long> Transactions = Meter.CreateCounter<long>("orleansstream.storage.transactions", "{transaction}");

    /// <summary>Transactions that were tried, whatever came of them.</summary>
    public static readonly Counter<long> Attempts = Meter.CreateCounter<long>("orleansstream.storage.attempts", "{transaction}");

    /// <summary>Rows in committed transactions, those refused for their version included.</summary>
    public static readonly Counter<long> Rows = Meter.CreateCounter<long>("orleansstream.storage.rows", "{row}");

    /// <summary>From the start of a transaction until it is committed.</summary>
    public static readonly Histogram<double> TransactionDuration = Meter.CreateHistogram<double>("orleansstream.storage.transaction.duration", "s");

    /// <summary>Transactions that failed because the database did not work.</summary>
    public static readonly Counter<long> Outages = Meter.CreateCounter<long>("orleansstream.storage.outages", "{transaction}");

    /// <summary>Transactions tried again because another one was in the way.</summary>
    public static readonly Counter<long> Collisions = Meter.CreateCounter<long>("orleansstream.storage.collisions", "{transaction}");

    /// <summary>Rows that the database cannot hold.</summary>
    public static readonly Counter<long> RowFaults = Meter.CreateCounter<long>("orleansstream.storage.row_faults", "{row}");

    internal static void Committed(int rows, TimeSpan duration)
    {
        Transactions.Add(1);
        Rows.Add(rows);
        TransactionDuration.Record(duration.TotalSeconds);
    }
}
