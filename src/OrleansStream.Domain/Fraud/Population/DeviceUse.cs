namespace OrleansStream.Domain.Fraud;

/// <summary>The cards seen with one device lately, and the frauds confirmed with it. Bounded: <see cref="MaxCards"/> and more look the same.</summary>
public sealed class DeviceUse
{
    /// <summary>More cards than this on a device make no difference any more.</summary>
    public const int MaxCards = 16;

    /// <summary>How long a card counts after it was seen with the device, and a fraud after it happened.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(35);
    private readonly Dictionary<ulong, long> _cards = [];

    /// <summary>Last use per card, in UTC ticks.</summary>
    public IReadOnlyDictionary<ulong, long> Cards => _cards;

    public long NewestTicks { get; private set; }

    public RiskWindow Risk { get; private init; } = new();

    public void See(ulong cardHash, DateTimeOffset time)
    {
        NewestTicks = Math.Max(NewestTicks, time.UtcTicks);
        _cards[cardHash] = Math.Max(time.UtcTicks, _cards.GetValueOrDefault(cardHash));
        if (_cards.Count > MaxCards)
            _cards.Remove(_cards.MinBy(card => (card.Value, card.Key)).Key);
    }

    /// <summary>Cards other than this one seen within the window up to the time.</summary>
    public int OthersAt(ulong cardHash, DateTimeOffset time)
    {
        var others = 0;
        foreach (var (card, seen) in _cards)
        {
            if (card != cardHash && seen > time.UtcTicks - Window.Ticks)
                others++;
        }

        return others;
    }

    internal static DeviceUse Restore(IEnumerable<KeyValuePair<ulong, long>> cards, RiskWindow risk)
    {
        var use = new DeviceUse { Risk = risk };
        foreach (var (card, ticks) in cards)
        {
            use._cards[card] = ticks;
            use.NewestTicks = Math.Max(use.NewestTicks, ticks);
        }

        return use;
    }
}
