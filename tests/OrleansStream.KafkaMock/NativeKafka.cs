using System.Reflection;
using System.Runtime.InteropServices;

namespace OrleansStream.KafkaMock;

/// <summary>
/// The part of librdkafka's C interface that its .NET client leaves out (rdkafka_mock.h). Bound to the very library that the client has loaded: which of those it ships
/// that is depends on what the system has.
/// </summary>
internal static class NativeKafka
{
    private const string Library = "librdkafka-of-the-client";

    /// <summary>A handle of type producer.</summary>
    public const int Producer = 0;

    static NativeKafka() => NativeLibrary.SetDllImportResolver(typeof(NativeKafka).Assembly, Resolve);

    [DllImport(Library)]
    public static extern nint rd_kafka_conf_new();

    [DllImport(Library)]
    public static extern int rd_kafka_conf_set(nint conf, byte[] name, byte[] value, byte[] error, nuint errorSize);

    [DllImport(Library)]
    public static extern nint rd_kafka_new(int type, nint conf, byte[] error, nuint errorSize);

    [DllImport(Library)]
    public static extern void rd_kafka_destroy(nint client);

    [DllImport(Library)]
    public static extern nint rd_kafka_mock_cluster_new(nint client, int brokers);

    [DllImport(Library)]
    public static extern void rd_kafka_mock_cluster_destroy(nint cluster);

    [DllImport(Library)]
    public static extern nint rd_kafka_mock_cluster_bootstraps(nint cluster);

    [DllImport(Library)]
    public static extern int rd_kafka_mock_topic_create(nint cluster, byte[] topic, int partitions, int replicationFactor);

    [DllImport(Library)]
    public static extern int rd_kafka_mock_topic_delete(nint cluster, byte[] topic);

    [DllImport(Library)]
    public static extern void rd_kafka_mock_topic_set_error(nint cluster, byte[] topic, int error);

    [DllImport(Library)]
    public static extern void rd_kafka_mock_push_request_errors_array(nint cluster, short apiKey, nuint count, int[] errors);

    [DllImport(Library)]
    public static extern void rd_kafka_mock_clear_request_errors(nint cluster, short apiKey);

    [DllImport(Library)]
    public static extern void rd_kafka_mock_set_controller_id(nint cluster, int broker);

    [DllImport(Library)]
    public static extern int rd_kafka_mock_partition_delete_records(nint cluster, byte[] topic, int partition, long beforeOffset);

    [DllImport(Library)]
    public static extern int rd_kafka_mock_partition_set_leader(nint cluster, byte[] topic, int partition, int broker);

    [DllImport(Library)]
    public static extern int rd_kafka_mock_broker_set_down(nint cluster, int broker);

    [DllImport(Library)]
    public static extern int rd_kafka_mock_broker_set_up(nint cluster, int broker);

    [DllImport(Library)]
    public static extern int rd_kafka_mock_broker_set_rtt(nint cluster, int broker, int milliseconds);

    [DllImport(Library)]
    public static extern int rd_kafka_mock_coordinator_set(nint cluster, byte[] keyType, byte[] key, int broker);

    [DllImport(Library)]
    public static extern void rd_kafka_mock_start_request_tracking(nint cluster);

    [DllImport(Library)]
    public static extern nint rd_kafka_mock_get_requests(nint cluster, out nuint count);

    [DllImport(Library)]
    public static extern short rd_kafka_mock_request_api_key(nint request);

    [DllImport(Library)]
    public static extern void rd_kafka_mock_request_destroy_array(nint requests, nuint count);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library) return 0;
        if (!Confluent.Kafka.Library.IsLoaded) Confluent.Kafka.Library.Load();
        string loaded = File.ReadLines("/proc/self/maps").Select(line => line[(line.LastIndexOf(' ') + 1)..])
            .FirstOrDefault(file => file.Contains("librdkafka", StringComparison.Ordinal)) ?? throw new DllNotFoundException("The client has loaded no librdkafka.");
        return NativeLibrary.Load(loaded);
    }
}
