using System.Diagnostics;
using System.Text.Json;
using OrleansStream.Benchmarks.Engine;
using OrleansStream.Benchmarks.Measuring;
using OrleansStream.Streams.Kafka;

namespace OrleansStream.Benchmarks.Kafka;

/// <summary>One contender on one filled topic; and, when all of that has arrived, single events now and then.</summary>
internal sealed record KafkaRun(string Contender, string Bootstrap, string Topic, int Keys, int Events, int Partitions, bool IsMock, int Idle)
{
    /// <summary>Between two single events.</summary>
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(20);

    public long WarmUp => Events / 5;

    public long Total => WarmUp + Events;

    /// <summary>For a parked fetch the mock answers only when its time is over; a broker answers with the record.</summary>
    public string FetchWaitMs => IsMock ? "5" : "100";

    public KafkaLogOptions LogOptions()
    {
        var options = new KafkaLogOptions();
        Configure(options);
        return options;
    }

    public void Configure(KafkaLogOptions options)
    {
        options.BootstrapServers = Bootstrap;
        options.Settings["fetch.wait.max.ms"] = FetchWaitMs;
        options.RequestTimeout = TimeSpan.FromSeconds(30);
        options.Topics[Topic] = Partitions;
    }

    public static KafkaRun Parse(string text) => JsonSerializer.Deserialize<KafkaRun>(Convert.FromBase64String(text))!;

    public async Task<KafkaRunResult> RunAsync()
    {
        IKafkaContender contender = Contender switch
        {
            "hot" => new HotContender(this),
            "calls" => new ConsumerContender(this, calls: true),
            "bare" => new ConsumerContender(this, calls: false),
            _ => throw new ArgumentException($"Contender '{Contender}' is not known: hot, calls, bare."),
        };
        await using (contender)
        {
            await contender.StartAsync();
            // Activations take longer than all events: they would be what is measured.
            await contender.TouchAsync(new Workload(Keys, seed: 1));
            contender.Read();
            await Arrivals.ReachAsync(WarmUp);
            long from = Arrivals.Total;
            var measured = await Usage.OfAsync(Total - from, () => Arrivals.ReachAsync(Total));
            var idle = await IdleAsync();
            return new KafkaRunResult(Contender, measured, idle[idle.Length / 2], idle[(int)(idle.Length * 0.99)]);
        }
    }

    /// <summary>Produced by a client of its own, with the time in the value: from there to the handler.</summary>
    private async Task<double[]> IdleAsync()
    {
        var latencies = new List<double>();
        using var producer = new Confluent.Kafka.ProducerBuilder<string, byte[]>(
            new Confluent.Kafka.ProducerConfig { BootstrapServers = Bootstrap, LingerMs = 0, Acks = Confluent.Kafka.Acks.All, Partitioner = Confluent.Kafka.Partitioner.Murmur2Random }).Build();
        for (int i = 0; i < Idle + 20; i++)
        {
            var arrived = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            Arrivals.Single = arrived;
            long sent = Stopwatch.GetTimestamp();
            producer.Produce(Topic, new Confluent.Kafka.Message<string, byte[]> { Key = $"key-{i % 8:d7}", Value = "{}"u8.ToArray() });
            double ms = (await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30)) - sent) * 1e3 / Stopwatch.Frequency;
            if (i >= 20) latencies.Add(ms);
            await Task.Delay(Gap);
        }
        Arrivals.Single = null;
        return [.. latencies.Order()];
    }
}

/// <param name="Contender">Which.</param>
/// <param name="Measured">From the events after the warm-up to the last.</param>
/// <param name="IdleP50Ms">From produce to the handler, one event at a time.</param>
/// <param name="IdleP99Ms">The same, 99th percentile.</param>
internal sealed record KafkaRunResult(string Contender, Usage Measured, double IdleP50Ms, double IdleP99Ms);

/// <summary>Brings what stands in the two topics to a handler that counts.</summary>
internal interface IKafkaContender : IAsyncDisposable
{
    Task StartAsync();

    /// <summary>Brings every key's grain to life, when it has any.</summary>
    Task TouchAsync(Workload workload);

    /// <summary>Begins to read.</summary>
    void Read();
}
