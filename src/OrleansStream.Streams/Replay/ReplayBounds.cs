using System.Globalization;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Replay;

/// <summary>An end of a replay as the request says it: a place in one partition, or a time in all.</summary>
/// <param name="Position">A record.</param>
/// <param name="Time">A time.</param>
/// <remarks>Neither: the oldest record, or the head.</remarks>
internal readonly record struct ReplayBound(Position? Position, DateTimeOffset? Time)
{
    public const string Earliest = "earliest";

    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK"];

    /// <summary>False when the text is none of what a bound can be.</summary>
    public static bool TryParse(string text, out ReplayBound bound)
    {
        bound = default;
        if (Log.Position.TryParse(text, out var position))
        {
            bound = new ReplayBound(position, null);
            return true;
        }
        // Without an offset it would be read by the server's own zone.
        bool hasZone = text.EndsWith('Z') || text.EndsWith('z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
        if (!hasZone || !DateTimeOffset.TryParseExact(text.ToUpperInvariant(), TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return false;
        bound = new ReplayBound(null, time);
        return true;
    }
}

/// <summary>Turns the ends of a request into offsets.</summary>
internal sealed class ReplayBounds(IEventLog log)
{
    /// <summary>The parts of the plan; null with errors.</summary>
    public async Task<IReadOnlyList<ReplayPart>?> ResolveAsync(string topic, string from, string? to, int? keyPartition, List<EventError> errors, CancellationToken cancellationToken)
    {
        var first = Read("invalid-from", "from", topic, from, errors);
        var last = to is null ? default(ReplayBound) : Read("invalid-to", "to", topic, to, errors);
        if (first is null || last is null) return null;
        var only = new[] { keyPartition, first.Value.Position?.Partition, last.Value.Position?.Partition }.Where(p => p is not null).Distinct().ToList();
        if (only.Count > 1)
        {
            errors.Add(keyPartition is { } key
                ? new EventError("position-of-another-partition", $"The key's records are in partition {key}; from and to must be there, or times.")
                : new EventError("position-of-another-partition", "from and to are positions of two partitions."));
            return null;
        }
        var parts = new List<ReplayPart>();
        foreach (int p in only.Count == 1 ? [only[0]!.Value] : Enumerable.Range(0, log.Topics[topic]))
        {
            var partition = new TopicPartition(topic, p);
            var (low, high) = log.Watermarks(partition);
            long start = first.Value.Position?.Offset ?? (first.Value.Time is { } since ? await log.OffsetForTimeAsync(partition, since, cancellationToken) : low);
            long end = last.Value.Position?.Offset + 1 ?? (last.Value.Time is { } until ? await log.OffsetForTimeAsync(partition, until, cancellationToken) : high);
            if (first.Value.Position is not null && last.Value.Position is null && last.Value.Time is null) end = Math.Max(end, start);
            // Of times in order, both may lie between the same two records.
            if (first.Value.Time is not null && last.Value.Time is not null && first.Value.Time <= last.Value.Time) end = Math.Max(end, start);
            if (start > end)
            {
                errors.Add(new EventError("from-after-to", $"from lies after to in partition {p}."));
                return null;
            }
            parts.Add(new ReplayPart(p, start, end));
        }
        return parts;
    }

    private ReplayBound? Read(string code, string name, string topic, string text, List<EventError> errors)
    {
        if (name == "from" && text == ReplayBound.Earliest) return default(ReplayBound);
        if (!ReplayBound.TryParse(text, out var bound))
        {
            errors.Add(new EventError(code, $"{name} is neither a position (topic:partition:offset) nor an RFC 3339 time with offset{(name == "from" ? $" nor '{ReplayBound.Earliest}'" : "")}."));
            return null;
        }
        if (bound.Position is not { } position) return bound;
        if (position.Topic != topic) errors.Add(new EventError(code, $"{name} is a position of another topic than '{topic}'."));
        else if (position.Partition >= log.Topics[topic]) errors.Add(new EventError(code, $"{name} names partition {position.Partition}; '{topic}' has {log.Topics[topic]}."));
        else if (position.Offset + (name == "to" ? 1 : 0) > log.Watermarks(position.TopicPartition).High)
            errors.Add(new EventError(code, $"{name} lies beyond the end of the log."));
        else return bound;
        return null;
    }
}
