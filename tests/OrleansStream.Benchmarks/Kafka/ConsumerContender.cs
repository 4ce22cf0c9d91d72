using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Benchmarks.Engine;
using OrleansStream.Benchmarks.Measuring;

namespace OrleansStream.Benchmarks.Kafka;

/// <summary>
/// What one writes without this product: a loop around Confluent.Kafka's consumer that counts, or makes one grain call per event, 256 at a time (which keeps no order
/// and commits nothing).
/// </summary>
internal sealed class ConsumerContender(KafkaRun run, bool calls) : IKafkaContender
{
    private const int InFlight = 256;
    private readonly SemaphoreSlim _room = new(InFlight);
    private readonly CalledGrains? _grains = calls ? new CalledGrains() : null;
    private volatile bool _stop;
    private Thread? _thread;

    public Task StartAsync() => _grains?.StartAsync() ?? Task.CompletedTask;

    public Task TouchAsync(Workload workload) => _grains?.SumAsync(workload) ?? Task.CompletedTask;

    public void Read()
    {
        _thread = new Thread(Consume) { IsBackground = true };
        _thread.Start();
    }

    public async ValueTask DisposeAsync()
    {
        _stop = true;
        _thread?.Join();
        if (_grains is not null) await _grains.DisposeAsync();
        _room.Dispose();
    }

    private void Consume()
    {
        var config = new ConsumerConfig { BootstrapServers = run.Bootstrap, GroupId = "bare", EnableAutoCommit = false, AutoOffsetReset = AutoOffsetReset.Earliest };
        config.Set("fetch.wait.max.ms", run.FetchWaitMs);
        using var consumer = new ConsumerBuilder<string, byte[]>(config).Build();
        consumer.Assign([.. Enumerable.Range(0, run.Partitions).Select(p => new TopicPartitionOffset(run.Topic, p, 0))]);
        while (!_stop)
        {
            if (consumer.Consume(100) is not { Message: { } message }) continue;
            if (_grains is null) Arrivals.Add(1);
            else Call(_grains.Factory, message);
        }
    }

    private void Call(IGrainFactory grains, Message<string, byte[]> message)
    {
        // A thread of its own, as the consumer wants one: blocking it is how this contender bounds what is in flight.
        _room.Wait();
        var call = grains.GetGrain<IDirectGrain>(message.Key).Handle(new BenchEvent(0, message.Value));
        if (call.IsCompletedSuccessfully) _room.Release();
        else _ = ReleaseAsync(call);
    }

    private async Task ReleaseAsync(ValueTask call)
    {
        await call;
        _room.Release();
    }

    private sealed class CalledGrains() : Contender(Settings.Parse(""))
    {
        public IGrainFactory Factory => Grains;

        public override string GrainType => DirectCounterGrain.TypeName;

        public override Task SendAsync(Workload workload, long from, long count) => throw new NotSupportedException();

        protected override void Configure(ISiloBuilder silo)
        {
        }

        protected override void ConfigureServices(IServiceCollection services) => services.AddSingleton(TimeProvider.System);
    }
}
