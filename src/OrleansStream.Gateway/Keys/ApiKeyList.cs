using System.Text.Json;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Gateway.Keys;

/// <summary>
/// All keys, tailed from the log by every gateway, so that a check asks nobody and a revocation is known everywhere within moments. A record is a whole key:
/// of a compacted topic the last one per key is enough. A revoked key never becomes valid again.
/// </summary>
internal sealed class ApiKeyList : ReadModel
{
    public const string ModelName = "api-keys";
    public const string Topic = "api-keys";
    private const int Kept = 10_000, KeysPerPiece = 1_000;
    private readonly Dictionary<string, ApiKey> _keys = [];

    /// <summary>Called with the id of a key that was revoked, under the gate: do not wait in it.</summary>
    public event Action<string>? Revoked;

    public override string Name => ModelName;

    public override IReadOnlyList<string> Topics { get; } = [Topic];

    public static TopicDeclaration Declaration { get; } = new(Topic, 1) { MayUseReserve = true, IsCompacted = true };

    /// <summary>Null when there is none.</summary>
    public ApiKey? Find(string id)
    {
        lock (Gate) return _keys.GetValueOrDefault(id);
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<ApiKey> All()
    {
        lock (Gate) return [.. _keys.Values.OrderByDescending(k => k.CreatedAt).ThenBy(k => k.Id, StringComparer.Ordinal)];
    }

    /// <summary>The record that makes the key known everywhere.</summary>
    public static LogRecord Record(ApiKey key, DateTimeOffset now, bool replaced = false) => new()
    {
        Key = key.Id, Source = Topic, Id = key.RevokedAt is null ? replaced ? "replaced" : "created" : "revoked", Time = now, ReceivedAt = now,
        Value = JsonSerializer.SerializeToUtf8Bytes(key, ApiKeyJson.Default.ApiKey),
    };

    protected override void Apply(TopicPartition partition, LogRecord record)
    {
        var key = JsonSerializer.Deserialize(record.Value.Span, ApiKeyJson.Default.ApiKey) ?? throw new InvalidDataException("The record holds no key.");
        if (_keys.TryGetValue(key.Id, out var known) && known.RevokedAt is not null) return;
        _keys[key.Id] = key;
        if (key.RevokedAt is not null) Revoked?.Invoke(key.Id);
        // Only dead ones may be forgotten, the oldest first: a valid key is never dropped.
        while (_keys.Count > Kept && _keys.Values.Where(k => k.RevokedAt is not null).MinBy(k => k.RevokedAt) is { } oldest) _keys.Remove(oldest.Id);
    }

    protected override void Reset() => _keys.Clear();

    protected override IEnumerable<byte[]> Snapshot()
    {
        ApiKey[] keys = [.. _keys.Values];
        return keys.Chunk(KeysPerPiece).Select(some => JsonSerializer.SerializeToUtf8Bytes([.. some], ApiKeyJson.Default.ListApiKey));
    }

    protected override void Restore(ReadOnlySpan<byte> piece)
    {
        foreach (var key in JsonSerializer.Deserialize(piece, ApiKeyJson.Default.ListApiKey)!) _keys.Add(key.Id, key);
    }
}
