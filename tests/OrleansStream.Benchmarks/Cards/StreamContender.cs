using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansStream.Benchmarks.Engine;
using OrleansStream.Benchmarks.Measuring;
using OrleansStream.Storage.Postgres;
using OrleansStream.Storage.Sqlite;
using OrleansStream.Streams;
using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Hosting;
using OrleansStream.Streams.Jobs;
using OrleansStream.Streams.Kafka;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>
/// The product: payments are appended to the log, decisions are read from their topic. With <c>--postgres</c> the states are there and not in SQLite; with
/// <c>--kafka</c> both topics are, and not in the embedded log.
/// </summary>
internal sealed class StreamContender(CardWorkload work, Settings settings) : CardContender(work)
{
    private readonly string _postgres = settings.Text("postgres", ""), _kafka = settings.Text("kafka", ""), _prefix = settings.Text("topics", "cards");
    private readonly int _partitions = settings.Number("partitions", 4), _kafkaProcess = settings.Number("kafka-process", 0);
    private readonly CancellationTokenSource _stop = new();
    private IHost? _host;
    private IEventLog _log = null!;
    private Task[] _readers = [];

    public override string Contract => "power loss; applied exactly once";

    public override IReadOnlyList<int> Servers => [.. _postgres.Length > 0 ? new[] { ServerProcess.OfPostgres(_postgres) } : [], .. _kafkaProcess > 0 ? new[] { _kafkaProcess } : []];

    private string Payments => _prefix + "-payments";

    private string Decisions => _prefix + "-decisions";

    public override async Task StartAsync()
    {
        _host = await SiloHost.StartAsync(ConfigureServices, silo =>
        {
            silo.AddStreamEngine();
            silo.Services.AddStreamProcessor(new CardProcessor(Payments, Decisions));
            silo.Services.Configure<StreamEngineOptions>(o => o.Group = _prefix);
        });
        _log = _host.Services.GetRequiredService<IEventLog>();
        _readers = [.. Enumerable.Range(0, _partitions).Select(p => Task.Run(() => ReadAsync(new TopicPartition(Decisions, p))))];
        foreach (var reader in _readers) Guard(reader);
    }

    protected override Task ProduceAsync(int from, int count) =>
        InBatchesAsync(from, count, (at, size) => _log.AppendAsync(Payments, [.. Enumerable.Range(at, size).Select(RecordOf)]));

    public override void Post(int number) => Guard(_log.AppendAsync(Payments, [RecordOf(number)]));

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_readers);
        if (_host is not null) await SiloHost.StopAsync(_host);
        _stop.Dispose();
        await base.DisposeAsync();
    }

    private void ConfigureServices(IServiceCollection services)
    {
        services.AddSingleton(TimeProvider.System);
        if (_kafka.Length == 0)
        {
            services.AddEmbeddedLog(log =>
            {
                log.Directory = Path.Combine(Folder, "log");
                foreach (string topic in new[] { Payments, Decisions, DeadLetter.TopicName }) log.Topics[topic] = _partitions;
            });
        }
        else
        {
            services.AddKafkaLog(kafka =>
            {
                kafka.BootstrapServers = _kafka;
                // For a parked fetch the mock answers only when its time is over.
                if (_kafkaProcess > 0) kafka.Settings["fetch.wait.max.ms"] = "5";
                kafka.RequestTimeout = TimeSpan.FromSeconds(30);
                foreach (string topic in new[] { Payments, Decisions }) kafka.Topics[topic] = _partitions;
                foreach (string topic in new[] { DeadLetter.TopicName, JobRecord.Topic }) kafka.Topics[topic] = 0;
            });
        }
        if (_postgres.Length == 0) services.AddSqliteStorage(sqlite => sqlite.File = Path.Combine(Folder, "state.db"));
        else services.AddPostgresStorage(postgres => postgres.ConnectionString = _postgres);
    }

    private LogRecord RecordOf(int number)
    {
        var now = DateTimeOffset.UtcNow;
        return new LogRecord { Key = Work.Card(number), Source = "bench", Id = number.ToString(CultureInfo.InvariantCulture), Time = now, ReceivedAt = now, Value = Work.Json(number) };
    }

    private async Task ReadAsync(TopicPartition partition)
    {
        using var reader = _log.OpenReader(partition, 0);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                foreach (var record in await reader.ReadAsync(4_000, 1 << 20, TimeSpan.FromSeconds(1), _stop.Token)) Verdicts.Add(CardVerdict.Parse(record.Value.Span));
            }
            catch (OperationCanceledException)
            {
            }
        }
    }
}

/// <summary>The rules as a processor of the product.</summary>
internal sealed class CardProcessor(string payments, string decisions) : StreamProcessor<CardPayment, CardHistory, CardVerdict>(new ProcessorNames
{
    Topic = payments, Key = BenchCardGrain.TypeName, Keys = "bench-cards", KeyField = "card", Output = "decision", OutputTopic = decisions,
})
{
    public override CardHistory InitialState => CardHistory.Empty;

    public override TimeSpan? HistoryRetention => TimeSpan.Zero;

    public override EventReading<CardPayment> Read(ReadOnlySpan<byte> json, in ReadingDefaults defaults) => defaults.Take(CardPayment.Parse(json));

    public override Applied<CardHistory, CardVerdict> Apply(CardHistory state, CardPayment @event)
    {
        var (history, verdict) = CardCheck.Decide(state, @event);
        return new(history, [verdict]);
    }

    public override string IdOf(CardVerdict output) => output.Number.ToString(CultureInfo.InvariantCulture);

    public override OutputContent ToContent(CardVerdict output, in OutputOrigin<NoFacts> origin) => new(output.ToJson(), origin.ReceivedAt);

    public override byte[] ToJson(CardHistory state, in StateOrigin origin) => state.ToBytes();
}

[GrainType(TypeName)]
internal sealed class BenchCardGrain(IGrainContext context) : KeyedStreamGrain<CardPayment, CardHistory, CardVerdict>(context)
{
    public const string TypeName = "bench-card";
}
