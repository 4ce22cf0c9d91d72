using System.Text.Json;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;
using OrleansStream.Streams.Tests.Fakes;

namespace OrleansStream.Streams.Tests.ReadModels;

/// <summary>Per key the ids in order, so that a gap, a duplicate or another order shows.</summary>
internal sealed class ChainModel(int version = 1) : ReadModel
{
    private readonly SortedDictionary<string, List<string>> _keys = new(StringComparer.Ordinal);

    public override string Name => "chain";

    public override IReadOnlyList<string> Topics { get; } = ["in"];

    public override int Version => version;

    /// <summary>Asked before each record; what it gives is thrown.</summary>
    public Func<LogRecord, Exception?> Fail { get; set; } = _ => null;

    public int Applied { get; private set; }

    public string Shown
    {
        get { lock (Gate) return string.Join('\n', _keys.Select(k => $"{k.Key}: {string.Join(' ', k.Value)}")); }
    }

    /// <summary>What it must be.</summary>
    public static string Of(FakeEventLog log)
    {
        var model = new ChainModel();
        foreach (var record in log.Read("in")) model.Apply(default, record);
        return model.Shown;
    }

    protected internal override void Apply(TopicPartition partition, LogRecord record)
    {
        if (Fail(record) is { } failure) throw failure;
        Applied++;
        if (!_keys.TryGetValue(record.Key, out var ids)) _keys.Add(record.Key, ids = []);
        ids.Add(record.Id);
    }

    protected internal override void Reset() => _keys.Clear();

    protected internal override IEnumerable<byte[]> Snapshot() => _keys.Select(k => JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, List<string>> { [k.Key] = k.Value })).ToList();

    protected internal override void Restore(ReadOnlySpan<byte> piece)
    {
        foreach (var (key, ids) in JsonSerializer.Deserialize<Dictionary<string, List<string>>>(piece)!) _keys.Add(key, ids);
    }
}
