using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansStream.KafkaMock;
using OrleansStream.Streams.Kafka;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Kafka;

/// <summary>
/// Kafka: brokers of the test's own in this process, or, with <c>KAFKA_BOOTSTRAP=host:port</c>, real ones, which all tests share: topics and groups have names of the
/// place's own there.
/// </summary>
internal sealed class KafkaPlace(int brokers = 1, Action<KafkaLogOptions>? configure = null) : ILogPlace
{
    public const string Variable = "KAFKA_BOOTSTRAP";

    /// <summary>What the mock cannot do, and real brokers can.</summary>
    private const LogCapabilities RealOnly = LogCapabilities.FindsTimes | LogCapabilities.Trims | LogCapabilities.Holds;

    private readonly string _prefix = $"t{Guid.NewGuid():N}-";
    private readonly HashSet<string> _created = [];

    /// <summary>Null when the brokers are real.</summary>
    public KafkaMockCluster? Mock { get; } = Real is null ? new KafkaMockCluster(brokers) : null;

    public static string? Real => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } brokers ? brokers : null;

    public string Bootstrap => Real ?? Mock!.Bootstrap;

    public LogCapabilities Capabilities => LogCapabilities.DenseOffsets | LogCapabilities.Redrives | (Mock is null ? RealOnly : LogCapabilities.None);

    /// <summary>What the topic is called at the brokers.</summary>
    public string NameOf(string topic) => Mock is null ? _prefix + topic : topic;

    public static void SkipUnlessMock(string why) => Assert.SkipUnless(Real is null, $"Needs faults that only the mock cluster makes: {why}.");

    public static void SkipUnlessReal(string why) => Assert.SkipUnless(Real is not null, $"Needs real brokers ({Variable}=host:port): {why}.");

    public async ValueTask<IEventLog> OpenAsync(IReadOnlyDictionary<string, int> topics)
    {
        Create(topics);
        var log = Make(topics);
        await log.OpenAsync();
        return Mock is null ? new RenamedLog(log, _prefix) : log;
    }

    /// <summary>The mock does not create topics on request.</summary>
    public void Create(IReadOnlyDictionary<string, int> topics)
    {
        foreach (var (topic, partitions) in topics)
            if (_created.Add(topic)) Mock?.CreateTopic(topic, partitions, brokers);
    }

    /// <summary>A log that is not open yet.</summary>
    public KafkaLog Make(IReadOnlyDictionary<string, int> topics, Action<KafkaLogOptions>? more = null, TimeProvider? time = null, IKafkaKeySelector? keys = null)
    {
        var options = new KafkaLogOptions
        {
            BootstrapServers = Bootstrap, WatermarkInterval = TimeSpan.FromMilliseconds(100), Linger = TimeSpan.Zero,
            // Tests have fixed times, which may be long ago.
            Retention = TimeSpan.FromMilliseconds(-1), ReplicationFactor = Mock is null ? -1 : brokers,
        };
        // The mock answers a parked fetch only when its time is over.
        if (Mock is not null) options.Settings["fetch.wait.max.ms"] = "5";
        foreach (var (topic, partitions) in topics) options.Topics.Add(NameOf(topic), partitions);
        configure?.Invoke(options);
        more?.Invoke(options);
        return new KafkaLog(Options.Create(options), time ?? TimeProvider.System, NullLogger<KafkaLog>.Instance, keys: keys);
    }

    public ValueTask CloseAsync(IEventLog log) => log is RenamedLog renamed ? CloseAsync(renamed.Inner) : ((KafkaLog)log).DisposeAsync();

    public ValueTask DisposeAsync()
    {
        Mock?.Dispose();
        return ValueTask.CompletedTask;
    }
}
