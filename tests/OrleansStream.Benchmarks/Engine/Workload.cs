using System.Globalization;
using OrleansStream.Streams.Log;

namespace OrleansStream.Benchmarks.Engine;

/// <summary>
/// The events of a run, the same for every contender: first every key once, in order, then keys drawn uniformly. An event's key
/// follows from its number and the seed alone, so that several producers need not agree.
/// </summary>
internal class Workload(int keys, int seed, int payloadBytes = 250)
{
    private readonly string[] _keys = [.. Enumerable.Range(0, keys).Select(NameOf)];
    private readonly byte[] _payload = Enumerable.Range(0, payloadBytes).Select(i => (byte)('a' + i % 26)).ToArray();

    public IReadOnlyList<string> Keys => _keys;

    public virtual string KeyOf(long number) => _keys[number < _keys.Length ? number : (long)(Mix((ulong)number + (ulong)seed * 0x1000_0000_0000) % (ulong)_keys.Length)];

    protected static string NameOf(int key) => $"key-{key:d7}";

    public virtual LogRecord RecordOf(long number) => new() { Key = KeyOf(number), Source = "bench", Id = number.ToString("x", CultureInfo.InvariantCulture), Value = _payload };

    public BenchEvent EventOf(long number) => new(number, _payload);

    protected static ulong Mix(ulong x)
    {
        // SplitMix64
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}

/// <summary>What contenders without a log are handed: as lean as an event can be.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.BenchEvent")]
internal sealed record BenchEvent([property: Id(0)] long Number, [property: Id(1)] byte[] Payload);
