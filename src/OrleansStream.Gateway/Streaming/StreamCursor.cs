using System.Globalization;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Streaming;

/// <summary>
/// Where a client is in all partitions of an output topic; its text, <c>1-</c> and an offset per partition, is opaque to clients.
/// </summary>
internal sealed class StreamCursor(long[] offsets)
{
    private const string Version = "1";

    public int Partitions => offsets.Length;

    /// <summary>The next offset of a partition.</summary>
    public long this[int partition]
    {
        get => offsets[partition];
        set => offsets[partition] = value;
    }

    /// <summary>The live end of a topic.</summary>
    public static StreamCursor AtEnd(IEventLog log, string topic) =>
        new([.. Enumerable.Range(0, log.Topics[topic]).Select(p => log.Watermarks(new TopicPartition(topic, p)).High)]);

    /// <summary>The oldest readable records of a topic.</summary>
    public static StreamCursor AtStart(IEventLog log, string topic) =>
        new([.. Enumerable.Range(0, log.Topics[topic]).Select(p => log.Watermarks(new TopicPartition(topic, p)).Low)]);

    /// <summary>Null when the text is no cursor of this topic, or lies outside what the log still has.</summary>
    public static StreamCursor? Parse(string text, IEventLog log, string topic)
    {
        string[] parts = text.Split('-');
        if (parts.Length != log.Topics[topic] + 1 || parts[0] != Version) return null;
        var offsets = new long[parts.Length - 1];
        for (int p = 0; p < offsets.Length; p++)
        {
            if (!long.TryParse(parts[p + 1], NumberStyles.None, CultureInfo.InvariantCulture, out offsets[p])) return null;
            var (low, high) = log.Watermarks(new TopicPartition(topic, p));
            if (offsets[p] < low || offsets[p] > high) return null;
        }
        return new StreamCursor(offsets);
    }

    public override string ToString() => $"{Version}-{string.Join('-', offsets)}";
}
