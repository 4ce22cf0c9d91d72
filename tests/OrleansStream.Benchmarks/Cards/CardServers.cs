using OrleansStream.KafkaMock;
using OrleansStream.Streams.Jobs;
using OrleansStream.Streams.Processing;
using OrleansStream.Testing;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>What contenders need beside their own process, started when the first of them does; the Kafka mock cluster lives in this process.</summary>
internal sealed class CardServers : IAsyncDisposable
{
    /// <summary>Contenders of the product on other stores and logs: name, what it needs.</summary>
    private const string OnPostgres = "stream-postgres", OnKafka = "stream-kafka";
    private const int Partitions = 4;
    private PostgresServer? _postgres;
    private RedisServer? _redis;
    private KafkaMockCluster? _kafka;
    private int _topics;

    /// <summary>Why a contender cannot run here; null when it can.</summary>
    public static string? Missing(string contender) => contender switch
    {
        "redis" when RedisServer.Program is null => "Redis is not installed (Debian: redis-server).",
        "postgres" or OnPostgres or OnKafka => PostgresServer.OwnMissing,
        _ => null,
    };

    /// <summary>How a fresh process is told to be this contender, with a database and topics of its own.</summary>
    public async Task<string[]> ArgumentsAsync(string contender) => contender switch
    {
        "redis" => ["--contender", contender, "--redis", (_redis ??= await RedisServer.StartAsync()).Address],
        "postgres" => ["--contender", contender, "--postgres", await DatabaseAsync()],
        OnPostgres => ["--contender", "stream", "--postgres", await DatabaseAsync()],
        OnKafka => ["--contender", "stream", "--postgres", await DatabaseAsync(), .. Kafka()],
        _ => ["--contender", contender],
    };

    private async Task<string> DatabaseAsync() =>
        await (_postgres ??= await PostgresServer.StartOwnAsync("shared_buffers = 512MB", "max_wal_size = 4GB")).CreateDatabaseAsync();

    private string[] Kafka()
    {
        if (_kafka is null)
        {
            _kafka = new KafkaMockCluster();
            foreach (string shared in new[] { DeadLetter.TopicName, JobRecord.Topic }) _kafka.CreateTopic(shared, 1);
        }
        string prefix = $"cards{++_topics}";
        foreach (string topic in new[] { "payments", "decisions" }) _kafka.CreateTopic($"{prefix}-{topic}", Partitions);
        return ["--kafka", _kafka.Bootstrap, "--kafka-process", $"{Environment.ProcessId}", "--topics", prefix];
    }

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null) await _postgres.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
        _kafka?.Dispose();
    }
}
