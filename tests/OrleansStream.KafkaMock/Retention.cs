using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace OrleansStream.KafkaMock;

/// <summary>
/// Keeps only the newest records of each partition. The cluster looks for what is fetched from a partition's oldest record on, one after the other: with thousands of
/// them it is busy with nothing else, as no broker is.
/// </summary>
internal sealed class Retention : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private readonly KafkaMockCluster _cluster;
    private readonly Dictionary<TopicPartition, long> _oldest;
    private readonly int _keep;
    private readonly IAdminClient _admin;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public Retention(KafkaMockCluster cluster, IReadOnlyDictionary<string, int> topics, int keep)
    {
        (_cluster, _keep) = (cluster, keep);
        _oldest = topics.SelectMany(t => Enumerable.Range(0, t.Value).Select(p => new TopicPartition(t.Key, p))).ToDictionary(p => p, _ => 0L);
        _admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = cluster.Bootstrap }).SetLogHandler((_, _) => { }).Build();
        _running = RunAsync();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        _admin.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(_stop.Token))
        {
            try
            {
                var ends = await _admin.ListOffsetsAsync(_oldest.Keys.Select(p => new TopicPartitionOffsetSpec { TopicPartition = p, OffsetSpec = OffsetSpec.Latest() }));
                foreach (var end in ends.ResultInfos.Select(r => r.TopicPartitionOffsetError).Where(e => !e.Error.IsError)) Trim(end.TopicPartition, end.Offset - _keep);
            }
            catch (KafkaException)
            {
                // Its brokers are down or elsewhere, as tests have them: next time.
            }
        }
    }

    private void Trim(TopicPartition partition, long before)
    {
        if (before <= _oldest[partition]) return;
        _cluster.DeleteRecords(partition.Topic, partition.Partition.Value, before);
        _oldest[partition] = before;
    }
}
