using System.Buffers.Binary;
using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Conformance.Model;

/// <summary>
/// Looks at every commit at the moment it is made: all records before it must be in the stored rows of their keys, and what they put out in its topic. And at every
/// owner of a partition that is registered: their numbers ascend.
/// </summary>
public sealed class CommitWatch(IEventLog log, ICheckpointStore rows) : IDisposable
{
    private static readonly Serializer<KeyRow<ChainState>> RowSerializer =
        new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer<KeyRow<ChainState>>>();

    private readonly SemaphoreSlim _checking = new(1, 1);
    private readonly Dictionary<TopicPartition, long> _checked = [];
    private readonly Dictionary<GrainId, long> _owners = [];
    private readonly HashSet<string> _published = [];
    private readonly Dictionary<(TopicPartition, UInt128), long> _first = [];
    private readonly Dictionary<string, long> _publishedUpTo = [];

    /// <summary>What must never happen and did.</summary>
    public ConcurrentQueue<string> Violations { get; } = new();

    public long Commits { get; private set; }

    public async Task OnCommittingAsync(TopicPartition partition, long next)
    {
        if (partition.Topic != ChainProcessor.Topic) return;
        await _checking.WaitAsync();
        try
        {
            Commits++;
            long from = _checked.GetValueOrDefault(partition);
            if (next <= from) return;
            await CheckAsync(partition, from, next);
            _checked[partition] = next;
        }
        catch (Exception e)
        {
            Violations.Enqueue($"{partition} commits {next}, and that cannot be checked: {e}");
        }
        finally
        {
            _checking.Release();
        }
    }

    public void OnWritten(IReadOnlyList<CheckpointWrite> writes, CheckpointOutcome[] outcomes)
    {
        for (int i = 0; i < writes.Count; i++)
        {
            if (!outcomes[i].IsWritten || writes[i].Grain.Type.ToString() != "partition-owner") continue;
            long owner = BinaryPrimitives.ReadInt64LittleEndian(writes[i].Payload!);
            lock (_owners)
            {
                long before = _owners.GetValueOrDefault(writes[i].Grain);
                if (owner <= before) Violations.Enqueue($"owner {owner} of {writes[i].Grain} was registered after {before}");
                _owners[writes[i].Grain] = owner;
            }
        }
    }

    /// <summary>The last record that the key's stored row contains; -1 when there is none; null when nobody can read it.</summary>
    public async Task<long?> StoredAsync(string key)
    {
        if (await rows.ReadAsync(EngineUnderTest.KeyId(key)) is not { } stored) return -1;
        try
        {
            return RowSerializer.Deserialize(stored.Payload)!.AppliedOffset;
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <summary>The number of the partition's owner; 0 when it never had one.</summary>
    public async Task<long> OwnerAsync(TopicPartition partition) =>
        await rows.ReadAsync(GrainId.Create("partition-owner", partition.ToString())) is { } row ? BinaryPrimitives.ReadInt64LittleEndian(row.Payload) : 0;

    public void Dispose() => _checking.Dispose();

    private async Task CheckAsync(TopicPartition partition, long from, long next)
    {
        var records = await LogContents.ReadAsync(log, partition, from, next);
        // Where ids come twice, the first counts.
        if (!log.DropsDuplicates) records.RemoveAll(r => !_first.TryAdd((partition, IdentityHash.Of(r)), r.Offset) && _first[(partition, IdentityHash.Of(r))] != r.Offset);
        foreach (var key in records.GroupBy(r => r.Key))
        {
            long last = key.Max(r => r.Offset);
            if (await StoredAsync(key.Key) is { } stored && stored < last)
                Violations.Enqueue($"{partition} commits {next}, but the row of key {key.Key} stands at {stored} and not at {last}");
        }
        await TailAsync(ChainProcessor.OutputTopic);
        await TailAsync(DeadLetter.TopicName);
        foreach (var record in records)
        {
            string id = $"{new Position(partition.Topic, partition.Partition, record.Offset)}/0";
            if (record.Header(LogHeaders.Kind) is null && !_published.Contains(id))
                Violations.Enqueue($"{partition} commits {next}, but record {record.Offset} ({record.Id}) has put out nothing");
        }
    }

    private async Task TailAsync(string topic)
    {
        var partition = new TopicPartition(topic, 0);
        foreach (var record in await LogContents.ReadAsync(log, partition, _publishedUpTo.GetValueOrDefault(topic), log.Watermarks(partition).High))
        {
            _published.Add(record.Id);
            _publishedUpTo[topic] = record.Offset + 1;
        }
    }
}
