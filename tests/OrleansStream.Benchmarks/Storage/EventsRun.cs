using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Benchmarks.Engine;
using OrleansStream.Benchmarks.Measuring;
using OrleansStream.Storage.Postgres;

namespace OrleansStream.Benchmarks.Storage;

/// <summary>What one process gave.</summary>
/// <param name="Measured">Events from append to watermark.</param>
/// <param name="Applied">Events applied, by the engine's counter.</param>
/// <param name="Transactions">Transactions committed for them, by the store's counter.</param>
internal sealed record EventsResult(Usage Measured, long Applied, long Transactions)
{
    public double TransactionsPerEvent => (double)Transactions / Applied;
}

/// <summary>The product's hot path under full load: how many transactions its state takes per event.</summary>
internal static class EventsRun
{
    public static async Task<EventsResult> RunAsync(Settings settings)
    {
        string server = settings.Text("server", "");
        int keys = settings.Number("keys", 10_000), events = settings.Number("events", 300_000);
        settings.ThrowIfUnknown();
        using var counter = new StorageCounter();
        await using var path = new Path(server);
        var workload = new Workload(keys, seed: 1);
        await path.StartAsync();
        await path.SendAsync(workload, 0, keys + events / 10);
        long applied = counter.Applied, transactions = counter.Transactions;
        var usage = await Usage.OfAsync(events, () => path.SendAsync(workload, keys + events / 10, events));
        return new EventsResult(usage, counter.Applied - applied, counter.Transactions - transactions);
    }

    private sealed class Path(string server) : HotPath(Settings.Parse(""), stateful: true)
    {
        protected override void ConfigureServices(IServiceCollection services)
        {
            base.ConfigureServices(services);
            if (server.Length > 0) services.AddPostgresStorage(postgres => postgres.ConnectionString = server);
        }
    }
}
