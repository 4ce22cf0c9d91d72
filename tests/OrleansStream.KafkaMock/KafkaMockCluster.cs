using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;

namespace OrleansStream.KafkaMock;

/// <summary>
/// Brokers of this process that speak Kafka's protocol on 127.0.0.1 and fail as they are told. They keep 100,000 message sets or 5 MiB per partition, then drop the
/// oldest. They do not know times of offsets, creation of topics, topic settings, deletion of records on request, size limits and read-committed.
/// </summary>
public sealed class KafkaMockCluster : IDisposable
{
    private readonly nint _client;
    private readonly nint _cluster;
    private int _disposed;

    /// <param name="brokers">Their ids are 1 and up.</param>
    public KafkaMockCluster(int brokers = 1)
    {
        byte[] error = new byte[512];
        nint settings = NativeKafka.rd_kafka_conf_new();
        // Its client is never used: it warns that it has no brokers.
        _ = NativeKafka.rd_kafka_conf_set(settings, Text("log_level"), Text("3"), error, (nuint)error.Length);
        _client = NativeKafka.rd_kafka_new(NativeKafka.Producer, settings, error, (nuint)error.Length);
        if (_client == 0) throw new InvalidOperationException($"librdkafka made no client: {Encoding.UTF8.GetString(error).TrimEnd('\0')}");
        _cluster = NativeKafka.rd_kafka_mock_cluster_new(_client, brokers);
        if (_cluster == 0) throw new InvalidOperationException("librdkafka made no mock cluster.");
        NativeKafka.rd_kafka_mock_set_controller_id(_cluster, 1);
        Bootstrap = Marshal.PtrToStringUTF8(NativeKafka.rd_kafka_mock_cluster_bootstraps(_cluster))!;
        Brokers = brokers;
    }

    /// <summary><c>host:port,…</c></summary>
    public string Bootstrap { get; }

    public int Brokers { get; }

    public void CreateTopic(string topic, int partitions, int replicationFactor = 1) =>
        Check(NativeKafka.rd_kafka_mock_topic_create(_cluster, Text(topic), partitions, replicationFactor), $"create {topic}");

    public void DeleteTopic(string topic) => Check(NativeKafka.rd_kafka_mock_topic_delete(_cluster, Text(topic)), $"delete {topic}");

    /// <summary>Metadata says this of the topic, whatever becomes of it: <see cref="ErrorCode.NoError"/> ends it.</summary>
    public void SetTopicError(string topic, ErrorCode error) => NativeKafka.rd_kafka_mock_topic_set_error(_cluster, Text(topic), (int)error);

    /// <summary>The next requests of this kind fail with these errors, one each; <see cref="ErrorCode.Local_Transport"/> cuts the connection, no error lets one pass.</summary>
    public void PushErrors(KafkaRequest request, params ErrorCode[] errors) =>
        NativeKafka.rd_kafka_mock_push_request_errors_array(_cluster, (short)request, (nuint)errors.Length, [.. errors.Select(e => (int)e)]);

    public void ClearErrors(KafkaRequest request) => NativeKafka.rd_kafka_mock_clear_request_errors(_cluster, (short)request);

    /// <summary>The broker's port is closed, and so are its connections.</summary>
    public void SetDown(int broker = 1) => Check(NativeKafka.rd_kafka_mock_broker_set_down(_cluster, broker), $"take broker {broker} down");

    public void SetUp(int broker = 1) => Check(NativeKafka.rd_kafka_mock_broker_set_up(_cluster, broker), $"bring broker {broker} up");

    /// <summary>Every answer of the broker takes this long.</summary>
    public void SetRoundTrip(TimeSpan time, int broker = 1) =>
        Check(NativeKafka.rd_kafka_mock_broker_set_rtt(_cluster, broker, (int)time.TotalMilliseconds), $"slow broker {broker} down");

    /// <param name="topic">The topic.</param>
    /// <param name="partition">Its partition.</param>
    /// <param name="broker">-1: nobody.</param>
    public void SetLeader(string topic, int partition, int broker) =>
        Check(NativeKafka.rd_kafka_mock_partition_set_leader(_cluster, Text(topic), partition, broker), $"give {topic}/{partition} the leader {broker}");

    public void SetCoordinator(string group, int broker) =>
        Check(NativeKafka.rd_kafka_mock_coordinator_set(_cluster, Text("group"), Text(group), broker), $"give {group} the coordinator {broker}");

    /// <summary>As retention does: what is before the offset is gone.</summary>
    public void DeleteRecords(string topic, int partition, long beforeOffset) =>
        Check(NativeKafka.rd_kafka_mock_partition_delete_records(_cluster, Text(topic), partition, beforeOffset), $"cut {topic}/{partition}");

    public void StartTracking() => NativeKafka.rd_kafka_mock_start_request_tracking(_cluster);

    /// <summary>How many requests of the kind came since tracking was started.</summary>
    public int Requests(KafkaRequest kind)
    {
        nint array = NativeKafka.rd_kafka_mock_get_requests(_cluster, out nuint count);
        int found = 0;
        for (int i = 0; i < (int)count; i++)
            if (NativeKafka.rd_kafka_mock_request_api_key(Marshal.ReadIntPtr(array, i * nint.Size)) == (short)kind) found++;
        if (array != 0) NativeKafka.rd_kafka_mock_request_destroy_array(array, count);
        return found;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        NativeKafka.rd_kafka_mock_cluster_destroy(_cluster);
        NativeKafka.rd_kafka_destroy(_client);
    }

    private static byte[] Text(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    private static void Check(int error, string what)
    {
        if (error != 0) throw new InvalidOperationException($"The mock cluster could not {what}: {(ErrorCode)error}.");
    }
}
