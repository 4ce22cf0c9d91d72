using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;

namespace OrleansStream.Domain.Fraud;

/// <summary>
/// The devices a card was used with most recently in event time, at most <see cref="Capacity"/>, least
/// recently seen first. A device that fell out and comes back counts as first seen then.
/// </summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.KnownDevices"), Immutable]
public sealed class KnownDevices : IEquatable<KnownDevices>
{
    /// <summary>Households share few devices; more than this many on one card is no habit.</summary>
    public const int Capacity = 16;

    // GUIDs (36) and SHA-1 digests (40) stay readable; longer ids are hashed to bound the state.
    private const int LongestStoredId = 40;

    [Id(0)]
    private readonly ImmutableArray<KnownDevice> _devices;

    private KnownDevices(ImmutableArray<KnownDevice> devices) => _devices = devices;

    public static KnownDevices Empty { get; } = new([]);

    /// <summary>Least recently seen first; ties by id.</summary>
    public ImmutableArray<KnownDevice> Items => _devices;

    public bool Contains(string deviceId) => IndexOf(StoredId(deviceId)) >= 0;

    /// <summary>The history after the device was used at <paramref name="time"/>; late events move first seen back.</summary>
    public KnownDevices See(string deviceId, DateTimeOffset time)
    {
        var id = StoredId(deviceId);
        var ticks = time.UtcTicks;
        var index = IndexOf(id);
        if (index < 0)
            return Insert(_devices, new KnownDevice(id, ticks, ticks));

        var known = _devices[index];
        if (known.FirstSeenTicks <= ticks && ticks <= known.LastSeenTicks)
            return this;
        var seen = known with
        {
            FirstSeenTicks = Math.Min(known.FirstSeenTicks, ticks),
            LastSeenTicks = Math.Max(known.LastSeenTicks, ticks),
        };
        return Insert(_devices.RemoveAt(index), seen);
    }

    /// <summary>The id itself up to 40 bytes of UTF-8, else <c>x-</c> and the 32 hexadecimal digits of its XXH128.</summary>
    public static string StoredId(string deviceId)
    {
        ArgumentNullException.ThrowIfNull(deviceId);
        if (Encoding.UTF8.GetByteCount(deviceId) <= LongestStoredId)
            return deviceId;
        return "x-" + Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(deviceId)));
    }

    public bool Equals(KnownDevices? other) => other is not null && _devices.AsSpan().SequenceEqual(other._devices.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as KnownDevices);

    public override int GetHashCode() => _devices.IsEmpty ? 0 : HashCode.Combine(_devices.Length, _devices[^1]);

    private static KnownDevices Insert(ImmutableArray<KnownDevice> devices, KnownDevice device)
    {
        var position = devices.Length;
        while (position > 0 && IsAfter(devices[position - 1], device))
            position--;
        var sorted = devices.Insert(position, device);
        return new KnownDevices(sorted.Length > Capacity ? sorted.RemoveAt(0) : sorted);
    }

    private static bool IsAfter(KnownDevice left, KnownDevice right) =>
        left.LastSeenTicks != right.LastSeenTicks
            ? left.LastSeenTicks > right.LastSeenTicks
            : string.CompareOrdinal(left.Id, right.Id) > 0;

    private int IndexOf(string storedId)
    {
        for (var i = _devices.Length - 1; i >= 0; i--)
        {
            if (_devices[i].Id == storedId)
                return i;
        }

        return -1;
    }
}
