using System.Globalization;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Pipeline.Counts;

/// <summary>Reads the input's position out of an output's id, <c>topic:partition:offset/index</c>, without taking the text apart.</summary>
internal static class OutputOrigin
{
    /// <summary>False for a record that is no output of the topic it says it comes from.</summary>
    public static bool TryParse(LogRecord output, out Position input)
    {
        input = default;
        var id = output.Id.AsSpan();
        int slash = id.LastIndexOf('/'), topicEnd = output.Source.Length;
        if (slash < 0 || topicEnd >= slash || id[topicEnd] != ':' || !id.StartsWith(output.Source, StringComparison.Ordinal)) return false;
        var place = id[(topicEnd + 1)..slash];
        int colon = place.IndexOf(':');
        if (colon < 0 || !int.TryParse(place[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out int partition)
            || !long.TryParse(place[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out long offset)) return false;
        input = new Position(output.Source, partition, offset);
        return true;
    }
}
