using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Benchmarks.Engine;
using OrleansStream.Benchmarks.Measuring;
using OrleansStream.Storage.Sqlite;
using OrleansStream.Streams;
using OrleansStream.Streams.Hosting;
using OrleansStream.Streams.Kafka;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Benchmarks.Kafka;

/// <summary>The product's path on Kafka: consumer → receiver → partition grain → lanes → the key's grain, which counts; offsets are committed, ids de-duplicated.</summary>
internal sealed class HotContender(KafkaRun run) : Contender(Settings.Parse("")), IKafkaContender
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override string GrainType => HotPathCounterGrain.TypeName;

    public Task TouchAsync(Workload workload) => SumAsync(workload);

    public void Read() => _gate.SetResult();

    public override Task SendAsync(Workload workload, long from, long count) => throw new NotSupportedException();

    protected override void ConfigureServices(IServiceCollection services)
    {
        services.AddKafkaLog(options =>
        {
            run.Configure(options);
            foreach (string topic in KafkaBenchmark.SharedTopics) options.Topics[topic] = 0;
        });
        services.AddSingleton<IEventLog>(sp => new GatedLog(sp.GetRequiredService<KafkaLog>(), _gate.Task));
        services.AddSqliteStorage(sqlite => sqlite.File = Path.Combine(Directory, "state.db"));
    }

    protected override void Configure(ISiloBuilder silo)
    {
        silo.AddStreamEngine();
        silo.Services.AddStreamProcessor(new CounterProcessor(GrainType, run.Topic));
        silo.Services.Configure<StreamEngineOptions>(o => o.Group = run.Topic);
    }
}
