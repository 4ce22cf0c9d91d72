using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using OrleansStream.Benchmarks.Measuring;
using OrleansStream.Storage.Sqlite;
using OrleansStream.Streams;
using OrleansStream.Streams.Hosting;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Partitions;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Benchmarks.Engine;

/// <summary>
/// The product's path: append (durable) → receiver → partition grain → lanes → the key's grain → watermark. With
/// <paramref name="stateful"/> the grain has a state that goes through checkpointer and SQLite; without, it only counts and says
/// that there is nothing to wait for.
/// </summary>
internal class HotPath(Settings settings, bool stateful) : LogContender(settings, TopicName)
{
    public const string TopicName = "bench";

    public override string GrainType => stateful ? StatefulCounterGrain.TypeName : HotPathCounterGrain.TypeName;

    protected override void ConfigureServices(IServiceCollection services)
    {
        base.ConfigureServices(services);
        services.AddSqliteStorage(sqlite => sqlite.File = Path.Combine(Directory, "state.db"));
    }

    protected override void Configure(ISiloBuilder silo)
    {
        var shipped = new StreamEngineOptions();
        int window = Settings.Number("window", shipped.WindowRecords), inFlight = Settings.Number("inflight", shipped.KeysInFlight);
        int gatherMs = Settings.Number("gather", (int)shipped.CheckpointGather.TotalMilliseconds), quietMs = Settings.Number("quiet", (int)shipped.CheckpointGatherWhenQuiet.TotalMilliseconds);
        var age = TimeSpan.FromSeconds(Settings.Number("age", 900));
        silo.Configure<GrainCollectionOptions>(o => (o.CollectionQuantum, o.CollectionAge) = (TimeSpan.FromSeconds(Math.Min(60, age.TotalSeconds / 4)), age));
        // The directory's cache is for addresses on other silos.
        if (Settings.Text("directory-cache", "lru") == "none") silo.Configure<GrainDirectoryOptions>(o => o.CachingStrategy = GrainDirectoryOptions.CachingStrategyType.None);
        int maxActive = Settings.Number("max-active", 200_000);
        silo.AddStreamEngine();
        silo.Services.AddStreamProcessor(new CounterProcessor(GrainType));
        silo.Services.Configure<StreamEngineOptions>(o =>
        {
            (o.WindowRecords, o.KeysInFlight, o.CheckpointGather) = (window, inFlight, TimeSpan.FromMilliseconds(gatherMs));
            o.CheckpointGatherWhenQuiet = TimeSpan.FromMilliseconds(quietMs);
            o.MaxActiveKeys = maxActive;
        });
    }

    public override async Task SendAsync(Workload workload, long from, long count)
    {
        await AppendAsync(workload, from, count);
        await Task.WhenAll(Enumerable.Range(0, Partitions).Select(p => ReachWatermarkAsync(new TopicPartition(Topic, p))));
    }

    private async Task ReachWatermarkAsync(TopicPartition partition)
    {
        long high = Log.Watermarks(partition).High;
        if (high == 0) return;
        // As often as it takes: a grain call may not last longer than Orleans' response timeout.
        while (!await Grains.GetGrain<IPartitionGrain>(partition.ToString()).WaitForWatermark(high - 1, TimeSpan.FromSeconds(10))) { }
    }
}
