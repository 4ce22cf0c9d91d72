using System.Globalization;

namespace OrleansStream.Gateway.Otlp.Aggregation;

/// <summary>What of an export was rejected, by reason: for the answer, so bounded.</summary>
internal sealed class Rejections
{
    private const int KeptReasons = 5;
    private readonly Dictionary<string, long> _reasons = [];

    public long Count { get; private set; }

    public void Add(string reason, long count = 1)
    {
        Count += count;
        if (_reasons.Count < KeptReasons || _reasons.ContainsKey(reason)) _reasons[reason] = _reasons.GetValueOrDefault(reason) + count;
    }

    public string Describe() =>
        string.Join(' ', _reasons.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Value:N0} rejected: {r.Key}"))) +
        (_reasons.Values.Sum() < Count ? " More were rejected for other reasons." : "");
}
