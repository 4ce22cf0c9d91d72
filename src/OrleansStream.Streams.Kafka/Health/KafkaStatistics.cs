using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;

namespace OrleansStream.Streams.Kafka.Health;

/// <summary>
/// librdkafka's own statistics, every 15 s, as instruments of the meter <c>OrleansStream</c>: what waits in the clients, how long brokers take, connections that broke.
/// Tags <c>client</c> and <c>broker</c>.
/// </summary>
internal sealed class KafkaStatistics
{
    private static readonly Meter Meter = new(StreamMetrics.MeterName);
    private readonly ConcurrentDictionary<string, ClientFigures> _clients = new();

    public KafkaStatistics()
    {
        // Several logs come and go in tests, and a gauge must keep none of them alive.
        var self = new WeakReference<KafkaStatistics>(this);
        Gauge("orleansstream.kafka.queue.records", "{record}", "Records in a producer that are not acknowledged, or fetched and not consumed.", c => [new(c.Queued, Tag(c))]);
        Gauge("orleansstream.kafka.queue.bytes", "By", "The same in bytes.", c => [new(c.QueuedBytes, Tag(c))]);
        Gauge("orleansstream.kafka.request.duration.p99", "s", "What 99% of a broker's answers took at most, of late.", c => c.Brokers.Select(b => new Measurement<double>(b.RoundTripP99, Tag(c), new("broker", b.Name))));
        Gauge("orleansstream.kafka.disconnects", "{disconnect}", "Connections to a broker that ended, since the start.", c => c.Brokers.Select(b => new Measurement<double>(b.Disconnects, Tag(c), new("broker", b.Name))));

        void Gauge(string name, string unit, string description, Func<ClientFigures, IEnumerable<Measurement<double>>> measure) => Meter.CreateObservableGauge(
            name, () => self.TryGetTarget(out var target) ? [.. target._clients.Values.SelectMany(measure)] : Array.Empty<Measurement<double>>(), unit, description);
    }

    private static KeyValuePair<string, object?> Tag(ClientFigures client) => new("client", client.Name);

    /// <summary>Takes in what a client said of itself; what cannot be read is left out.</summary>
    public void Take(string client, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var brokers = root.GetProperty("brokers").EnumerateObject().Where(b => b.Value.GetProperty("nodeid").GetInt32() >= 0).Select(b => new BrokerFigures(
                b.Value.GetProperty("nodeid").GetInt32().ToString(System.Globalization.CultureInfo.InvariantCulture),
                b.Value.GetProperty("rtt").GetProperty("p99").GetInt64() / 1e6,
                b.Value.GetProperty("disconnects").GetInt64())).ToArray();
            long records = root.GetProperty("msg_cnt").GetInt64(), bytes = root.GetProperty("msg_size").GetInt64();
            if (root.GetProperty("type").GetString() == "consumer") (records, bytes) = Fetched(root.GetProperty("topics"));
            _clients[client] = new ClientFigures(client, records, bytes, brokers);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
        }
    }

    public void Forget(string client) => _clients.TryRemove(client, out _);

    private static (long Records, long Bytes) Fetched(JsonElement topics)
    {
        long records = 0, bytes = 0;
        foreach (var topic in topics.EnumerateObject())
            foreach (var partition in topic.Value.GetProperty("partitions").EnumerateObject())
                (records, bytes) = (records + partition.Value.GetProperty("fetchq_cnt").GetInt64(), bytes + partition.Value.GetProperty("fetchq_size").GetInt64());
        return (records, bytes);
    }

    private sealed record ClientFigures(string Name, long Queued, long QueuedBytes, BrokerFigures[] Brokers);

    private sealed record BrokerFigures(string Name, double RoundTripP99, long Disconnects);
}
