using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Serialization;
using OrleansStream.Domain.Fraud;
using OrleansStream.Grains.Cards;
using OrleansStream.Grains.Devices;
using OrleansStream.Grains.Merchants;
using OrleansStream.Streams;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Cluster.Tests.Fraud;

/// <summary>What a card's grain does with a batch, without a silo around it: the real engine, rules and serializers.</summary>
internal sealed class CardEngine
{
    private readonly KeyEngine<CardEvent, CardProfile, Decision, FraudFacts> _engine;

    public CardEngine()
    {
        var (log, time) = (new NoLog(), new StandingClock());
        var services = new ServiceCollection().AddSerializer().AddLogging().AddOptions().AddSingleton<TimeProvider>(time).AddSingleton<IEventLog>(log).BuildServiceProvider();
        var publisher = new OutputPublisher(log, Options.Create(new StreamEngineOptions()), time, NullLogger<OutputPublisher>.Instance);
        // The store is asked for older outputs, and for keys whose rows it refuses.
        var history = new OutputHistory(null!, services.GetRequiredService<Serializer<OutputEntry[]>>());
        _engine = new(new CardProcessor(), history, publisher, null!, null!, services);
    }

    public KeyRow<CardProfile> NewRow() => _engine.ToRow(null);

    public KeyRow<CardProfile> Reactivate(KeyRow<CardProfile> row) => _engine.ToRow(new StoredRow(1, _engine.RowSerializer.SerializeToArray(row)));

    public KeyWork<CardEvent, CardProfile, Decision, FraudFacts> Apply(KeyRow<CardProfile> row, TopicPartition partition, LogRecord[] batch, Func<LogRecord, FraudFacts> facts)
    {
        var work = _engine.Begin("card-42", row, partition, 0, null);
        var events = _engine.Decode(batch);
        for (int i = 0; i < batch.Length; i++)
        {
            events[i].Facts = facts(batch[i]);
            work.Apply(batch[i], events[i]);
        }
        work.Count(batch.Length);
        return work;
    }

    private sealed class StandingClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 22, 13, 0, 0, TimeSpan.Zero);
    }

    /// <summary>Knows topics; nothing is read or written.</summary>
    private sealed class NoLog : IEventLog
    {
        public IReadOnlyDictionary<string, int> Topics { get; } = new Dictionary<string, int>
        {
            [CardTopics.Transactions] = 8, [CardTopics.Decisions] = 8, [MerchantProcessor.TopicName] = 8, [DeviceProcessor.TopicName] = 8,
        };

        public Task<AppendResult[]> AppendAsync(string topic, IReadOnlyList<LogRecord> records, CancellationToken cancellationToken = default) => throw new NotSupportedException();
        public ILogReader OpenReader(TopicPartition partition, long offset) => throw new NotSupportedException();
        public ValueTask<long> OffsetForTimeAsync(TopicPartition partition, DateTimeOffset time, CancellationToken cancellationToken = default) => throw new NotSupportedException();
        public LogWatermarks Watermarks(TopicPartition partition) => throw new NotSupportedException();
        public ValueTask<long> CommittedAsync(string group, TopicPartition partition, CancellationToken cancellationToken = default) => throw new NotSupportedException();
        public ValueTask CommitAsync(string group, TopicPartition partition, long nextOffset, CancellationToken cancellationToken = default) => throw new NotSupportedException();
        public ValueTask TrimAsync(TopicPartition partition, long beforeOffset, CancellationToken cancellationToken = default) => throw new NotSupportedException();
        public IDisposable Hold(TopicPartition partition, long offset) => throw new NotSupportedException();
    }
}
