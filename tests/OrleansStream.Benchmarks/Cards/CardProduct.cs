using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Benchmarks.Measuring;
using OrleansStream.Storage.Postgres;
using OrleansStream.Storage.Sqlite;
using OrleansStream.Streams;
using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Hosting;
using OrleansStream.Streams.Jobs;
using OrleansStream.Streams.Kafka;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>The product as the card check uses it: embedded log and SQLite; with <c>--postgres</c> the states are there, with <c>--kafka</c> both topics are.</summary>
internal sealed class CardProduct(Settings settings)
{
    private readonly string _prefix = settings.Text("topics", "cards");
    private readonly int _padding = settings.Number("padding", 0);

    public string Postgres { get; } = settings.Text("postgres", "");

    public string Kafka { get; } = settings.Text("kafka", "");

    public int Partitions { get; } = settings.Number("partitions", 4);

    /// <summary>The mock cluster's process; 0 for real brokers.</summary>
    public int KafkaProcess { get; } = settings.Number("kafka-process", 0);

    public string Payments => _prefix + "-payments";

    public string Decisions => _prefix + "-decisions";

    /// <summary>So that another process finds the same.</summary>
    public string[] Arguments => ["--topics", _prefix, "--padding", Number(_padding), "--postgres", Postgres, "--kafka", Kafka, "--partitions", Number(Partitions), "--kafka-process", Number(KafkaProcess)];

    public void ConfigureLog(IServiceCollection services, string folder)
    {
        services.AddSingleton(TimeProvider.System);
        if (Kafka.Length == 0)
        {
            services.AddEmbeddedLog(log =>
            {
                log.Directory = Path.Combine(folder, "log");
                foreach (string topic in new[] { Payments, Decisions, DeadLetter.TopicName }) log.Topics[topic] = Partitions;
            });
            return;
        }
        services.AddKafkaLog(kafka =>
        {
            kafka.BootstrapServers = Kafka;
            // For a parked fetch the mock answers only when its time is over.
            if (KafkaProcess > 0) kafka.Settings["fetch.wait.max.ms"] = "5";
            kafka.RequestTimeout = TimeSpan.FromSeconds(30);
            foreach (string topic in new[] { Payments, Decisions }) kafka.Topics[topic] = Partitions;
            foreach (string topic in new[] { DeadLetter.TopicName, JobRecord.Topic }) kafka.Topics[topic] = 0;
        });
    }

    public void ConfigureStore(IServiceCollection services, string folder)
    {
        if (Postgres.Length == 0) services.AddSqliteStorage(sqlite => sqlite.File = Path.Combine(folder, "state.db"));
        else services.AddPostgresStorage(postgres => postgres.ConnectionString = Postgres);
    }

    public void Configure(ISiloBuilder silo)
    {
        silo.AddStreamEngine();
        silo.Services.AddStreamProcessor(new CardProcessor(Payments, Decisions, _padding));
        silo.Services.Configure<StreamEngineOptions>(o => o.Group = _prefix);
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The rules as a processor of the product.</summary>
/// <param name="payments">The topic they come from.</param>
/// <param name="decisions">The topic they go to.</param>
/// <param name="padding">Bytes that each state has beside what the rules need.</param>
internal sealed class CardProcessor(string payments, string decisions, int padding) : StreamProcessor<CardPayment, CardHistory, CardVerdict>(new ProcessorNames
{
    Topic = payments, Key = BenchCardGrain.TypeName, Keys = "bench-cards", KeyField = "card", Output = "decision", OutputTopic = decisions,
})
{
    public override CardHistory InitialState { get; } = CardHistory.Empty with { Padding = new byte[padding] };

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
