using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Checkpoints;

namespace OrleansStream.Streams.Processing;

/// <summary>A key's activation on this silo, as its partition grain and the bound on active keys see it.</summary>
public interface ILocalKey
{
    /// <summary>
    /// Applies a batch on the caller's thread, alone with the key. False when the activation is closing or has something to wait for: then the key is called as a
    /// grain, which brings its next activation if need be. Throws as <see cref="IKeyedStreamGrain.Apply"/> does.
    /// </summary>
    bool TryApply(KeyBatch batch, out EpochToken epoch);

    /// <summary>Set with every batch, cleared as the bound passes by: a key that was used since stays.</summary>
    bool IsTouched { get; set; }

    /// <summary>Deactivates the key as soon as it has nothing to do.</summary>
    void Retire();
}

/// <summary>
/// The activations of one processor's keys on this silo. A partition grain finds them here and applies batches without a message; and their number is
/// bounded, because a million keys that were touched once in the last minutes would fill the memory before their idle time is over. The bound is a clock (second chance): it
/// passes over the keys in the order of their coming, and retires those not touched since it passed last.
/// </summary>
public sealed class LocalKeys(int maxActive)
{
    /// <summary>Keys the clock passes for one that comes, at most; it must be more than one, or the number would never fall.</summary>
    private const int StepsPerKey = 4;
    private readonly ConcurrentDictionary<string, Entry> _keys = new();
    private readonly ConcurrentQueue<Entry> _clock = new();

    public int Count => _keys.Count;

    public ILocalKey? Find(string key) => _keys.GetValueOrDefault(key)?.Key;

    /// <summary>As <see cref="Find(string)"/>, and keeps the place for the next time: it says by itself when the activation has closed.</summary>
    internal ILocalKey? Find(string key, ref Entry? place)
    {
        if (place?.Key is { } known) return known;
        place = _keys.GetValueOrDefault(key);
        return place?.Key;
    }

    /// <summary>The activation takes batches from now on.</summary>
    public void Open(string name, ILocalKey key)
    {
        var entry = new Entry { Key = key };
        _keys[name] = entry;
        _clock.Enqueue(entry);
        for (int step = 0; step < StepsPerKey && _clock.Count > maxActive && _clock.TryDequeue(out var passed); step++) Pass(passed);
    }

    /// <summary>The activation takes none any more.</summary>
    public void Close(string name, ILocalKey key)
    {
        if (!_keys.TryGetValue(name, out var entry) || !ReferenceEquals(entry.Key, key)) return;
        _keys.TryRemove(new(name, entry));
        // Its place in the clock stays until it is passed, and must not keep the activation alive.
        entry.Key = null;
    }

    private void Pass(Entry entry)
    {
        if (entry.Key is not { } key) return;
        if (!key.IsTouched)
        {
            key.Retire();
            return;
        }
        key.IsTouched = false;
        _clock.Enqueue(entry);
    }

    /// <summary>The place of an activation, as long as it takes batches.</summary>
    internal sealed class Entry
    {
        private volatile ILocalKey? _key;

        /// <summary>Null when it takes none any more.</summary>
        public ILocalKey? Key
        {
            get => _key;
            set => _key = value;
        }
    }
}

/// <summary>The tables of a silo's processors.</summary>
public sealed class LocalKeyTables(IOptions<StreamEngineOptions> options)
{
    private readonly ConcurrentDictionary<GrainType, LocalKeys> _tables = new();

    public LocalKeys For(GrainType type) => _tables.GetOrAdd(type, static (_, max) => new LocalKeys(max), options.Value.MaxActiveKeys);
}
