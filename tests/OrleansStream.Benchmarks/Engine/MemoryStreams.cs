using Microsoft.Extensions.DependencyInjection;
using Orleans.Providers;
using Orleans.Streams;
using OrleansStream.Benchmarks.Measuring;

namespace OrleansStream.Benchmarks.Engine;

/// <summary>Orleans' memory streams, one stream per key, implicit subscription; not durable.</summary>
internal sealed class MemoryStreams(Settings settings) : Contender(settings)
{
    public const string Provider = "memory";
    public const string Namespace = "bench-memory";
    private readonly int _batch = settings.Number("batch", 500);
    private readonly int _producers = settings.Number("producers", 4);
    private readonly int _queues = settings.Number("queues", 8);
    private readonly int _maxLag = settings.Number("lag", 16_000);
    private long _sent;

    /// <summary>Whether grains take events one by one or as lists.</summary>
    public static bool Lists { get; private set; }

    public override string GrainType => MemoryCounterGrain.TypeName;

    protected override void Configure(ISiloBuilder silo)
    {
        int periodMs = Settings.Number("period", 10), batches = Settings.Number("batches", 100);
        Lists = Settings.Is("lists");
        silo.AddMemoryStreams<DefaultMemoryMessageBodySerializer>(Provider, streams =>
        {
            streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
            streams.ConfigurePartitioning(_queues);
            streams.ConfigurePullingAgent(agent => agent.Configure(o =>
            {
                o.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(periodMs);
                o.BatchContainerBatchSize = batches;
            }));
        });
    }

    public override async Task SendAsync(Workload workload, long from, long count)
    {
        var provider = Services.GetRequiredKeyedService<IStreamProvider>(Provider);
        long next = from, end = from + count;
        await Task.WhenAll(Enumerable.Range(0, _producers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Add(ref next, _batch) - _batch is var first && first < end)
            {
                long last = Math.Min(first + _batch, end);
                while (Volatile.Read(ref _sent) - Arrivals.Total > _maxLag) await Task.Delay(1);
                Interlocked.Add(ref _sent, last - first);
                var byKey = new Dictionary<string, List<BenchEvent>>();
                for (long i = first; i < last; i++)
                {
                    string key = workload.KeyOf(i);
                    if (!byKey.TryGetValue(key, out var list)) byKey.Add(key, list = []);
                    list.Add(workload.EventOf(i));
                }
                await Task.WhenAll(byKey.Select(pair =>
                {
                    var stream = provider.GetStream<BenchEvent>(StreamId.Create(Namespace, pair.Key));
                    return pair.Value.Count == 1 ? stream.OnNextAsync(pair.Value[0]) : stream.OnNextBatchAsync(pair.Value);
                }));
            }
        })));
        await Arrivals.ReachAsync(end);
    }
}

[GrainType(TypeName)]
[ImplicitStreamSubscription(MemoryStreams.Namespace)]
internal sealed class MemoryCounterGrain() : StreamCounterGrain(MemoryStreams.Lists)
{
    public const string TypeName = "bench-memory";
}
