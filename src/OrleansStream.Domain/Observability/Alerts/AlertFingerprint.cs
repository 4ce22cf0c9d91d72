using System.Collections.Immutable;
using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace OrleansStream.Domain.Observability.Alerts;

/// <summary>Identity of a set of labels.</summary>
public static class AlertFingerprint
{
    /// <summary>Labels and annotations are in ordinal order, so that the same ones are the same text everywhere.</summary>
    public static ImmutableSortedDictionary<string, string> NoLabels { get; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>16 hex digits: XxHash64 over the names and values in ordinal order of the names, each ended by 0xFF, which no UTF-8 text holds.</summary>
    public static string Of(IEnumerable<KeyValuePair<string, string>> labels)
    {
        var hash = new XxHash64();
        foreach (var (name, value) in labels.OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            hash.Append(Encoding.UTF8.GetBytes(name));
            hash.Append([0xFF]);
            hash.Append(Encoding.UTF8.GetBytes(value));
            hash.Append([0xFF]);
        }
        return hash.GetCurrentHashAsUInt64().ToString("x16", CultureInfo.InvariantCulture);
    }
}
