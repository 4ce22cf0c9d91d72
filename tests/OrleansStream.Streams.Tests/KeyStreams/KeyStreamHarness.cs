using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.TestingHost;
using OrleansStream.Streams.KeyStreams;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Tests.KeyStreams;

/// <summary>
/// The stream-per-key provider in a cluster, on any log, which outlives the silos. Keeps a model of what was appended, and checks at
/// every commit that nothing is committed that a subscriber did not get.
/// </summary>
public abstract class KeyStreamHarness : IAsyncLifetime
{
    /// <summary>Topics: with one subscriber, with two, with none.</summary>
    internal const string Single = "single-topic", Pair = "pair-topic", Unread = "unread-topic";

    private static readonly Dictionary<string, string[]> SubscribersOf = new() { [Single] = ["first"], [Pair] = ["first", "second"], [Unread] = [] };
    private readonly Dictionary<(string Topic, string Key), List<string>> _appended = [];
    private readonly ConcurrentQueue<string> _violations = new();
    private readonly ConcurrentDictionary<TopicPartition, long> _checked = new();
    private IEventLog _opened = null!;

    private protected int Seed { get; } = TestSeed.Next();
    private protected WatchedLog Log { get; private set; } = null!;
    private protected Deliveries Deliveries { get; } = new();
    private protected InProcessTestCluster Cluster { get; private set; } = null!;

    protected virtual string Provider => "keys";

    protected virtual int Partitions => 4;

    protected virtual short Silos => 1;

    /// <summary>Opens an empty log with these topics and their numbers of partitions.</summary>
    protected abstract ValueTask<IEventLog> OpenAsync(IReadOnlyDictionary<string, int> topics);

    protected abstract ValueTask CloseAsync(IEventLog log);

    protected virtual void Configure(LogStreamOptions options)
    {
        foreach (string topic in SubscribersOf.Keys) options.Topics.Add(topic);
        options.CommitInterval = TimeSpan.FromMilliseconds(20);
        options.MaxEventDeliveryTime = TimeSpan.FromMilliseconds(300);
        options.RetryDelay = TimeSpan.FromMilliseconds(1);
        options.MaxRetryDelay = TimeSpan.FromMilliseconds(20);
    }

    protected virtual void ConfigureServices(IServiceCollection services) => services.AddJsonLogStreamRecords(Provider);

    protected virtual void ConfigureSilo(ISiloBuilder silo)
    {
    }

    public async ValueTask InitializeAsync()
    {
        _opened = await OpenAsync(new Dictionary<string, int> { [Single] = Partitions, [Pair] = Partitions, [Unread] = Partitions, [DeadLetter.TopicName] = 1 });
        Log = new WatchedLog(_opened) { Committing = CheckCommit };
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Deliveries.OnEvent = (_, _, _) => Task.CompletedTask;
        Log.FailAppend = _ => null;
        await StopAsync();
        await CloseAsync(_opened);
        GC.SuppressFinalize(this);
    }

    private protected async Task StartAsync()
    {
        var builder = new InProcessTestClusterBuilder(Silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<IEventLog>(Log);
            silo.Services.AddSingleton(Deliveries);
            ConfigureServices(silo.Services);
            silo.AddLogStreams(Provider, Configure);
            silo.Configure<ClusterMembershipOptions>(o =>
            {
                o.ProbeTimeout = TimeSpan.FromMilliseconds(500);
                o.NumMissedProbesLimit = 2;
                o.NumVotesForDeathDeclaration = 1;
            });
            ConfigureSilo(silo);
            silo.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Critical));
        });
        builder.ConfigureClient(client =>
        {
            client.Services.AddSingleton<IEventLog>(Log);
            ConfigureServices(client.Services);
            client.AddLogStreams(Provider, Configure);
        });
        Cluster = builder.Build();
        await Cluster.DeployAsync();
    }

    private protected async Task StopAsync()
    {
        await Cluster.StopAllSilosAsync();
        await Cluster.DisposeAsync();
    }

    /// <summary>One record per key named, in this order; remembers them as the model.</summary>
    private protected async Task AppendAsync(string topic, IEnumerable<string> keys, Func<string, string>? valueOf = null)
    {
        var records = new List<LogRecord>();
        foreach (string key in keys)
        {
            string id = Appended(topic, key);
            records.Add(Records.Of(key, id, valueOf?.Invoke(id) ?? $$"""{"id":"{{id}}"}"""));
        }
        await Log.AppendAsync(topic, records);
    }

    private protected Task AppendAsync(string topic, int count, int keys) => AppendAsync(topic, Enumerable.Range(0, count).Select(i => $"k{i % keys}"));

    /// <summary>Notes the next event of the key and gives its id.</summary>
    private protected string Appended(string topic, string key)
    {
        lock (_appended)
        {
            if (!_appended.TryGetValue((topic, key), out var ids)) _appended.Add((topic, key), ids = []);
            ids.Add($"{topic}/{key}/{ids.Count:d6}");
            return ids[^1];
        }
    }

    private protected IEnumerable<TopicPartition> AllPartitions =>
        SubscribersOf.Keys.SelectMany(topic => Enumerable.Range(0, Partitions).Select(p => new TopicPartition(topic, p)));

    private protected async Task<long> LagAsync() =>
        (await Task.WhenAll(AllPartitions.Select(async p => Log.Watermarks(p).High - await Log.CommittedAsync(Provider, p)))).Sum();

    /// <summary>Until everything in the log is committed, and so, as every commit is checked, delivered.</summary>
    private protected async Task WaitUntilCommittedAsync(string phase)
    {
        for (long started = Environment.TickCount64; await LagAsync() is > 0 and var lag; await Task.Delay(5))
            if (Environment.TickCount64 - started > Wait.Limit.TotalMilliseconds) Assert.Fail($"seed {Seed}, {phase}: {lag} records are not committed; {Missing()}");
    }

    /// <summary>Each subscriber got every event of its keys: in order, repeats only from a place already seen, none left out.</summary>
    private protected void AssertDelivered(string phase, Func<string, bool>? deadLettered = null)
    {
        Assert.Empty(_violations);
        foreach (var ((topic, key), ids) in _appended)
            foreach (string subscriber in SubscribersOf[topic])
            {
                List<string> expected = [.. ids.Where(id => deadLettered?.Invoke(id) != true)];
                int next = 0;
                foreach (string id in Deliveries.Of(subscriber, key).Where(id => id.StartsWith(topic, StringComparison.Ordinal)))
                {
                    // What one subscriber could not take, another may have got.
                    if (deadLettered?.Invoke(id) == true) continue;
                    int at = expected.IndexOf(id);
                    Assert.True(at >= 0 && at <= next, $"seed {Seed}, {phase}: {subscriber} got {id} when {(next < expected.Count ? expected[next] : "nothing")} was due");
                    next = Math.Max(next, at + 1);
                }
                Assert.True(next == expected.Count, $"seed {Seed}, {phase}: {subscriber} got {next} of {expected.Count} events of {topic}/{key}");
            }
    }

    /// <summary>Each subscriber got every event once.</summary>
    private protected void AssertDeliveredOnce(string phase)
    {
        AssertDelivered(phase);
        foreach (var (who, ids) in Deliveries.Delivered) Assert.True(ids.Distinct().Count() == ids.Count, $"seed {Seed}, {phase}: {who} got events twice");
    }

    private protected List<DeadLetter> DeadLetters() =>
        [.. Log.ReadAll(new TopicPartition(DeadLetter.TopicName, 0), 0).Select(r => DeadLetter.FromJson(r.Value.Span))];

    private void CheckCommit(TopicPartition partition, long next)
    {
        if (SubscribersOf[partition.Topic].Length == 0) return;
        var letters = DeadLetters().Where(l => l.Topic == partition.Topic).Select(l => l.Id).ToHashSet();
        foreach (var record in Log.ReadAll(partition, _checked.GetValueOrDefault(partition)).Where(r => r.Offset < next && !r.IsTombstone))
            foreach (string subscriber in SubscribersOf[partition.Topic])
                if (!Deliveries.Seen.ContainsKey((subscriber, record.Id)) && !letters.Contains(record.Id))
                    _violations.Enqueue($"{partition} committed {next}, but {subscriber} did not get {record.Id}");
        _checked[partition] = next;
    }

    private string Missing()
    {
        lock (_appended)
            return string.Join(", ", _appended.SelectMany(a => SubscribersOf[a.Key.Topic].Select(s => (s, a.Key, Lost: a.Value.Except(Deliveries.Of(s, a.Key.Key)).ToList())))
                .Where(m => m.Lost.Count > 0).Take(5).Select(m => $"{m.s} misses {m.Lost.Count} of {m.Key}, first {m.Lost[0]}"));
    }
}
