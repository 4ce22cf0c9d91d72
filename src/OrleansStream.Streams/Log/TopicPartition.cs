using System.Globalization;

namespace OrleansStream.Streams.Log;

/// <summary>One partition of a topic: the unit of order, ownership and commit.</summary>
/// <param name="Topic">The topic's name.</param>
/// <param name="Partition">0-based.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.TopicPartition")]
public readonly record struct TopicPartition([property: Id(0)] string Topic, [property: Id(1)] int Partition)
{
    /// <summary><c>topic/partition</c>, which is also the partition grain's key.</summary>
    public override string ToString() => $"{Topic}/{Partition}";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">The text is not <c>topic/partition</c>.</exception>
    public static TopicPartition Parse(string text)
    {
        int slash = text.LastIndexOf('/');
        if (slash <= 0 || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int partition))
            throw new FormatException($"'{text}' is not of the form topic/partition.");
        return new TopicPartition(text[..slash], partition);
    }
}
