using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;
using OrleansStream.Benchmarks.Measuring;
using OrleansStream.Streams.KeyStreams;
using OrleansStream.Streams.Log;

namespace OrleansStream.Benchmarks.Engine;

/// <summary>
/// One Orleans stream per key on the durable log, with this product's indexed cache or, <paramref name="stock"/>, with Orleans'
/// SimpleQueueCache: same log, records, queues, pulling agent settings and grains.
/// </summary>
internal sealed class KeyStreams(Settings settings, bool stock) : LogContender(settings, TopicName)
{
    public const string TopicName = "bench-keys";
    private const string Provider = "keys";

    /// <summary>Whether grains take events one by one or as lists.</summary>
    public static bool Lists { get; private set; }

    public override string GrainType => KeyStreamCounterGrain.TypeName;

    protected override void Configure(ISiloBuilder silo)
    {
        int batches = Settings.Number("batches", 1), cache = Settings.Number("cache", 4096);
        Lists = Settings.Is("lists");
        silo.Services.AddKeyedSingleton<IStreamRecordSerializer, BenchEventRecords>(Provider);
        if (!stock)
        {
            silo.AddLogStreams(Provider, o => o.Topics.Add(Topic));
            return;
        }
        silo.AddPersistentStreams(Provider, (services, _) => new SimpleCacheAdapter(services.GetRequiredService<IEventLog>(), Topic, cache), streams =>
        {
            streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
            streams.ConfigurePullingAgent(agent => agent.Configure(o =>
            {
                o.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(5);
                o.BatchContainerBatchSize = batches;
                o.StreamInactivityPeriod = TimeSpan.FromMinutes(2);
            }));
        });
    }

    public override async Task SendAsync(Workload workload, long from, long count)
    {
        await AppendAsync(workload, from, count);
        await Arrivals.ReachAsync(from + count);
    }
}

/// <summary>An event is the record's number and bytes: nothing is parsed for either contender.</summary>
internal sealed class BenchEventRecords : IStreamRecordSerializer
{
    public byte[] Serialize<T>(T item) => throw new NotSupportedException();

    public bool TryDeserialize<T>(LogRecord record, [MaybeNullWhen(false)] out T item)
    {
        item = (T)(object)new BenchEvent(0, []);
        return true;
    }
}

[GrainType(TypeName)]
[ImplicitStreamSubscription(KeyStreams.TopicName)]
internal sealed class KeyStreamCounterGrain() : StreamCounterGrain(KeyStreams.Lists)
{
    public const string TypeName = "bench-key-stream";
}
