using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using OrleansStream.Benchmarks.Measuring;
using OrleansStream.Storage.Sqlite;
using OrleansStream.Streams;
using OrleansStream.Streams.Embedded;
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
internal sealed class HotPath(Settings settings, bool stateful) : Contender(settings)
{
    public const string Topic = "bench";
    private readonly int _batch = settings.Number("batch", 500);
    private readonly int _appenders = settings.Number("appenders", 4);
    private readonly int _partitions = settings.Number("partitions", 4);
    private readonly int _maxLag = settings.Number("lag", 200_000);
    private long _sent;

    public override string GrainType => stateful ? StatefulCounterGrain.TypeName : HotPathCounterGrain.TypeName;

    protected override void ConfigureServices(IServiceCollection services)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddEmbeddedLog(log =>
        {
            log.Directory = Path.Combine(Directory, "log");
            foreach (string topic in new[] { Topic, "out", DeadLetter.TopicName }) log.Topics[topic] = _partitions;
        });
        services.AddSqliteStorage(sqlite => sqlite.File = Path.Combine(Directory, "state.db"));
    }

    protected override void Configure(ISiloBuilder silo)
    {
        int window = Settings.Number("window", 25_000), inFlight = Settings.Number("inflight", 256), gatherMs = Settings.Number("gather", 100);
        var age = TimeSpan.FromSeconds(Settings.Number("age", 900));
        silo.Configure<GrainCollectionOptions>(o => (o.CollectionQuantum, o.CollectionAge) = (TimeSpan.FromSeconds(Math.Min(60, age.TotalSeconds / 4)), age));
        silo.AddStreamEngine();
        silo.Services.AddProcessor(Topic, GrainType, "out");
        silo.Services.Configure<StreamEngineOptions>(o =>
        {
            (o.WindowRecords, o.KeysInFlight, o.CheckpointGather) = (window, inFlight, TimeSpan.FromMilliseconds(gatherMs));
            o.WindowBytes = Math.Max(o.WindowBytes, 2_000L * window);
        });
    }

    public override async Task SendAsync(Workload workload, long from, long count)
    {
        var log = Services.GetRequiredService<IEventLog>();
        long next = from, end = from + count;
        await Task.WhenAll(Enumerable.Range(0, _appenders).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Add(ref next, _batch) - _batch is var first && first < end)
            {
                while (Volatile.Read(ref _sent) - Arrivals.Total > _maxLag) await Task.Delay(1);
                var records = new LogRecord[Math.Min(_batch, end - first)];
                for (int i = 0; i < records.Length; i++) records[i] = workload.RecordOf(first + i);
                Interlocked.Add(ref _sent, records.Length);
                await log.AppendAsync(Topic, records);
            }
        })));
        await Task.WhenAll(Enumerable.Range(0, _partitions).Select(p => ReachWatermarkAsync(log, new TopicPartition(Topic, p))));
    }

    private async Task ReachWatermarkAsync(IEventLog log, TopicPartition partition)
    {
        long high = log.Watermarks(partition).High;
        if (high == 0) return;
        // As often as it takes: a grain call may not last longer than Orleans' response timeout.
        while (!await Grains.GetGrain<IPartitionGrain>(partition.ToString()).WaitForWatermark(high - 1, TimeSpan.FromSeconds(10))) { }
    }
}
