using System.Globalization;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Kafka.Health;
using OrleansStream.Streams.Kafka.Records;

namespace OrleansStream.Streams.Kafka;

/// <summary>Makes librdkafka's clients: what the guarantees rest on is set here, the rest comes from the options as it is.</summary>
internal sealed class KafkaClients(KafkaLogOptions options, KafkaHealth health, ILogger logger)
{
    /// <summary>
    /// A fetch under way delays what is assigned or resumed meanwhile by as much at most; an idle partition costs a request each time. A broker answers at once when
    /// there is a record.
    /// </summary>
    private const int FetchWaitMs = 100;

    /// <summary>Of one partition at once; a larger record comes all the same.</summary>
    private const int PartitionFetchBytes = 256 << 10;

    public IProducer<byte[], ReadOnlyMemory<byte>> Producer(Action<Error> failed)
    {
        var config = new ProducerConfig(Common("producer"))
        {
            Acks = Acks.All, EnableIdempotence = true, EnableDeliveryReports = true, DeliveryReportFields = "none",
            LingerMs = options.Linger.TotalMilliseconds, CompressionType = Enum.Parse<CompressionType>(options.Compression, ignoreCase: true),
            // The bound is ours, taken for a call as a whole: this one must never cut a call in two.
            QueueBufferingMaxMessages = 10_000_000, QueueBufferingMaxKbytes = int.MaxValue, MessageMaxBytes = options.MaxRecordBytes + (64 << 10),
        };
        return new ProducerBuilder<byte[], ReadOnlyMemory<byte>>(Own(config))
            .SetKeySerializer(Serializers.ByteArray).SetValueSerializer(new MemorySerializer())
            .SetErrorHandler((_, error) => { health.Report(error); if (error.IsFatal) failed(error); })
            .SetLogHandler((_, message) => Log(message)).SetStatisticsHandler((_, json) => health.Statistics.Take("producer", json)).Build();
    }

    /// <summary>Assigned by hand; <paramref name="name"/> tells it from others in the brokers' logs.</summary>
    public IConsumer<KafkaKey, byte[]?> Consumer(string name)
    {
        var config = new ConsumerConfig(Common(name))
        {
            GroupId = options.ConsumerGroup, EnableAutoCommit = false, EnableAutoOffsetStore = false, AutoOffsetReset = AutoOffsetReset.Error, EnablePartitionEof = true,
            FetchWaitMaxMs = FetchWaitMs, // What librdkafka has fetched of a partition is thrown away when its feed has enough: little at a time, and little ahead.
            QueuedMinMessages = Math.Max(1, options.TailRecords / 32), MaxPartitionFetchBytes = PartitionFetchBytes,
            QueuedMaxMessagesKbytes = (int)Math.Clamp(options.TailBytes / 4 / 1024, 64, 65_536), FetchErrorBackoffMs = 50,
            // A queue that was full is drained in some milliseconds; librdkafka would look again after a second.
            FetchQueueBackoffMs = 5,
        };
        return new ConsumerBuilder<KafkaKey, byte[]?>(Own(config)).SetKeyDeserializer(KafkaKey.Deserializer).SetValueDeserializer(Deserializers.ByteArray!)
            .SetErrorHandler((_, error) => health.Report(error)).SetLogHandler((_, message) => Log(message))
            .SetStatisticsHandler((_, json) => health.Statistics.Take(name, json)).Build();
    }

    /// <summary>The client has ended: what it said of itself last is no longer so.</summary>
    public void Forget(string name) => health.Statistics.Forget(name);

    /// <summary>Reads and stores offsets of one group, and never joins it.</summary>
    public IConsumer<Ignore, Ignore> Group(string group) => new ConsumerBuilder<Ignore, Ignore>(Own(new ConsumerConfig(Common($"group-{group}"))
    {
        GroupId = group, EnableAutoCommit = false, EnableAutoOffsetStore = false, StatisticsIntervalMs = 0, SocketTimeoutMs = (int)options.RequestTimeout.TotalMilliseconds,
    })).SetErrorHandler((_, error) => health.Report(error)).SetLogHandler((_, message) => Log(message)).Build();

    public IAdminClient Admin() => new AdminClientBuilder(Own(new AdminClientConfig(Common("admin")) { SocketTimeoutMs = (int)options.RequestTimeout.TotalMilliseconds }))
        .SetErrorHandler((_, error) => health.Report(error)).SetLogHandler((_, message) => Log(message)).Build();

    private ClientConfig Common(string name) => new()
    {
        BootstrapServers = options.BootstrapServers, ClientId = $"orleansstream-{name}", AllowAutoCreateTopics = false, SocketNagleDisable = true, SocketKeepaliveEnable = true,
        // Brokers that take the connection and then refuse us are asked again after the first of these each time: librdkafka starts anew with every connection.
        ReconnectBackoffMs = 200, ReconnectBackoffMaxMs = 1_000, StatisticsIntervalMs = 15_000, TopicMetadataRefreshIntervalMs = 60_000,
    };

    private T Own<T>(T config)
        where T : ClientConfig
    {
        foreach (var (key, value) in options.Settings) config.Set(key, value);
        return config;
    }

    private void Log(LogMessage message) => logger.Log(
        message.Level switch
        {
            // What librdkafka calls an error is an outage that ends by itself: health has it, and whoever waits is told.
            SyslogLevel.Emergency or SyslogLevel.Alert or SyslogLevel.Critical => LogLevel.Error,
            SyslogLevel.Error or SyslogLevel.Warning => LogLevel.Warning,
            SyslogLevel.Notice or SyslogLevel.Info => LogLevel.Information,
            _ => LogLevel.Debug,
        }, "{Client}: {Message}", message.Name, string.Create(CultureInfo.InvariantCulture, $"{message.Facility} {message.Message}"));

    private sealed class MemorySerializer : ISerializer<ReadOnlyMemory<byte>>
    {
        public byte[] Serialize(ReadOnlyMemory<byte> data, SerializationContext context) =>
            System.Runtime.InteropServices.MemoryMarshal.TryGetArray(data, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
                ? segment.Array : data.ToArray();
    }
}
