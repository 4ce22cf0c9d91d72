using Confluent.Kafka;
using OrleansStream.Streams.Kafka.Health;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Kafka.Offsets;

/// <summary>
/// The committed offsets of one group, kept by the brokers. Whatever is asked or committed while one round is under way goes together in the next: one question for all
/// partitions, then one commit of those that are above what is stored. So a commit never goes back, whoever made the one before.
/// <para>
/// A consumer of its own rather than the admin client, whose question for a group's offsets ends the process when a coordinator has moved (librdkafka 2.16). Its calls
/// block: a round has a thread of its own.
/// </para>
/// </summary>
internal sealed class GroupOffsets(string group, KafkaClients clients, KafkaLogOptions options, KafkaHealth health, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RefreshAfter = TimeSpan.FromHours(6);
    private readonly Lock _gate = new();
    private readonly Lock _turn = new();
    private readonly object _pausing = new();
    private readonly Dictionary<TopicPartition, (long Offset, long At)> _committed = [];
    private Dictionary<TopicPartition, Round> _next = [];
    private readonly Lazy<IConsumer<Ignore, Ignore>> _client = new(() => clients.Group(group));
    private bool _running;
    private bool _disposed;

    public string Group => group;

    /// <summary>0 when the group never committed.</summary>
    public async ValueTask<long> CommittedAsync(TopicPartition partition, CancellationToken cancellationToken) =>
        await Join(partition, -1).Task.WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Stores the offset unless a larger one is stored.</summary>
    public async ValueTask CommitAsync(TopicPartition partition, long next, CancellationToken cancellationToken) =>
        await Join(partition, next).Task.WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Stores what this process committed or found last and is still so once more, when that is long ago: brokers forget what nobody commits.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        TopicPartition[] old;
        lock (_gate) old = [.. _committed.Where(c => time.GetElapsedTime(c.Value.At) > RefreshAfter).Select(c => c.Key)];
        foreach (var partition in old)
        {
            long stored = await CommittedAsync(partition, cancellationToken).ConfigureAwait(false);
            bool mine;
            lock (_gate) mine = _committed.Remove(partition, out var last) && last.Offset == stored;
            if (mine) await Task.Factory.StartNew(() => Store([ToKafka(partition, stored)]), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for the round that is under way.</summary>
    public void Dispose()
    {
        lock (_turn)
        {
            _disposed = true;
            if (_client.IsValueCreated) _client.Value.Dispose();
        }
    }

    private TaskCompletionSource<long> Join(TopicPartition partition, long commit)
    {
        lock (_gate)
        {
            if (!_next.TryGetValue(partition, out var round)) _next.Add(partition, round = new Round());
            round.Commit = Math.Max(round.Commit, commit);
            if (!_running)
            {
                _running = true;
                Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Ignore();
            }
            return round.Stored;
        }
    }

    private void Run()
    {
        while (true)
        {
            Dictionary<TopicPartition, Round> rounds;
            lock (_gate)
            {
                _running = _next.Count > 0;
                if (!_running) return;
                (rounds, _next) = (_next, []);
            }
            try
            {
                lock (_turn) Serve(rounds);
            }
            catch (Exception e)
            {
                foreach (var round in rounds.Values)
                {
                    round.Stored.TrySetException(e);
                    _ = round.Stored.Task.Exception;
                }
            }
        }
    }

    private void Serve(Dictionary<TopicPartition, Round> rounds)
    {
        var stored = Fetch(rounds.Keys);
        var forward = rounds.Where(r => r.Value.Commit > stored[r.Key]).Select(r => ToKafka(r.Key, r.Value.Commit)).ToList();
        foreach (var (partition, round) in rounds)
        {
            if (round.Commit >= 0) continue;
            lock (_gate)
                if (stored[partition] > 0) _committed.TryAdd(partition, (stored[partition], time.GetTimestamp()));
            round.Stored.TrySetResult(stored[partition]);
        }
        if (forward.Count > 0) Store(forward);
        foreach (var (partition, round) in rounds) round.Stored.TrySetResult(stored[partition]);
    }

    private void Store(List<TopicPartitionOffset> offsets)
    {
        lock (_turn)
        {
            UntilServed(client =>
            {
                client.Commit(offsets);
                return true;
            }, "stored");
        }
        lock (_gate)
            foreach (var stored in offsets) _committed[new TopicPartition(stored.Topic, stored.Partition.Value)] = (stored.Offset.Value, time.GetTimestamp());
    }

    private Dictionary<TopicPartition, long> Fetch(IEnumerable<TopicPartition> partitions)
    {
        var asked = partitions.Select(p => new Confluent.Kafka.TopicPartition(p.Topic, p.Partition)).ToList();
        var found = UntilServed(client => client.Committed(asked, options.RequestTimeout), "read");
        // Never committed: a special value below zero.
        return found.ToDictionary(f => new TopicPartition(f.Topic, f.Partition.Value), f => Math.Max(0, f.Offset.Value));
    }

    /// <summary>Coordinators move, and are not there for a moment: asked again until the time is over.</summary>
    private T UntilServed<T>(Func<IConsumer<Ignore, Ignore>, T> request, string what)
    {
        long started = time.GetTimestamp();
        while (true)
        {
            if (_disposed) throw new LogUnavailableException($"Offsets of group '{group}' could not be {what}: the log was closed.");
            try
            {
                return request(_client.Value);
            }
            catch (KafkaException e)
            {
                var error = Cause(e);
                if (!KafkaErrors.IsTransient(error) || time.GetElapsedTime(started) > options.RequestTimeout)
                    throw new LogUnavailableException($"Offsets of group '{group}' could not be {what}. {health.Reason(KafkaHealth.Describe(error))}", e);
            }
            lock (_pausing) Monitor.Wait(_pausing, Pause);
        }
    }

    private static Error Cause(KafkaException failure) => failure switch
    {
        TopicPartitionOffsetException e => e.Results.Select(r => r.Error).FirstOrDefault(e => e.IsError) ?? failure.Error,
        TopicPartitionException e => e.Results.Select(r => r.Error).FirstOrDefault(e => e.IsError) ?? failure.Error,
        _ => failure.Error,
    };

    private static TopicPartitionOffset ToKafka(TopicPartition partition, long next) => new(partition.Topic, partition.Partition, next);

    private sealed class Round
    {
        public long Commit { get; set; } = -1;

        /// <summary>What was stored before.</summary>
        public TaskCompletionSource<long> Stored { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
