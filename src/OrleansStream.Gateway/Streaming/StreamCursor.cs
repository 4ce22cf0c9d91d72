using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using OrleansStream.Gateway.Pipeline.Feed;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Streaming;

/// <summary>
/// Where a client is in all partitions of the topics it listens to. Its text is opaque to clients: <c>1-</c> and an offset per partition for one topic;
/// with names, <c>2~decisions:12.0.7.3~alerts:0.5</c>, a topic is found again in whichever order and company it is asked for.
/// </summary>
internal sealed class StreamCursor
{
    private const string Plain = "1";
    private const string WithNames = "2";
    private const int MostDigits = 20;
    private readonly IReadOnlyList<string> _topics;
    private readonly long[][] _offsets;

    private StreamCursor(IReadOnlyList<string> topics, long[][] offsets) => (_topics, _offsets) = (topics, offsets);

    /// <summary>Its text has the topics' names; without, it is of one topic only.</summary>
    public bool Named { get; set; }

    /// <summary>The next offset of a partition of the n-th topic.</summary>
    public long this[int topic, int partition]
    {
        get => _offsets[topic][partition];
        set => _offsets[topic][partition] = value;
    }

    /// <summary>All partitions of all topics with their next offsets.</summary>
    public IEnumerable<(int Topic, int Partition, long Offset)> Places =>
        _offsets.SelectMany((offsets, topic) => offsets.Select((offset, partition) => (topic, partition, offset)));

    /// <summary>The live end.</summary>
    public static StreamCursor AtEnd(IEventLog log, params IReadOnlyList<string> topics) => At(log, topics, w => w.High);

    /// <summary>The oldest readable records.</summary>
    public static StreamCursor AtStart(IEventLog log, params IReadOnlyList<string> topics) => At(log, topics, w => w.Low);

    /// <summary>
    /// Null when the text is no cursor of these topics, or lies outside what the log still has. A topic that is asked for together with others and that the
    /// cursor does not know begins at its live end.
    /// </summary>
    public static StreamCursor? Parse(string text, IEventLog log, params IReadOnlyList<string> topics)
    {
        string[] parts = text.Split('-', 2);
        if (parts.Length == 2 && parts[0] == Plain)
            return topics.Count == 1 && Offsets(parts[1].Split('-'), log, topics[0]) is { } only ? new StreamCursor(topics, [only]) : null;
        string[] sections = text.Split('~');
        if (sections[0] != WithNames || sections.Length == 1) return null;
        var known = AtEnd(log, topics);
        known.Named = true;
        foreach (string section in sections.Skip(1))
        {
            int colon = section.LastIndexOf(':');
            if (colon < 0) return null;
            int topic = IndexOf(topics, section[..colon]);
            if (topic < 0) continue;
            if (Offsets(section[(colon + 1)..].Split('.'), log, topics[topic]) is not { } offsets)
            {
                // Its frames last for seconds and a restart forgets them; the next one has all figures again. The other topics go on where they were.
                if (topics[topic] == PipelineFeed.Topic) continue;
                return null;
            }
            known._offsets[topic] = offsets;
        }
        return known;
    }

    public override string ToString()
    {
        var text = new ArrayBufferWriter<byte>(64);
        WriteTo(text);
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    /// <summary>Its text as UTF-8: it stands in every frame that goes out.</summary>
    public void WriteTo(IBufferWriter<byte> target)
    {
        if (!Named)
        {
            Encoding.UTF8.GetBytes(Plain, target);
            foreach (long offset in _offsets[0]) Write(target, (byte)'-', offset);
            return;
        }
        Encoding.UTF8.GetBytes(WithNames, target);
        for (int i = 0; i < _topics.Count; i++)
        {
            target.Write("~"u8);
            Encoding.UTF8.GetBytes(_topics[i], target);
            byte separator = (byte)':';
            foreach (long offset in _offsets[i])
            {
                Write(target, separator, offset);
                separator = (byte)'.';
            }
        }
    }

    private static void Write(IBufferWriter<byte> target, byte separator, long offset)
    {
        var span = target.GetSpan(MostDigits + 1);
        span[0] = separator;
        Utf8Formatter.TryFormat(offset, span[1..], out int written);
        target.Advance(written + 1);
    }

    private static StreamCursor At(IEventLog log, IReadOnlyList<string> topics, Func<LogWatermarks, long> place) =>
        new(topics, [.. topics.Select(t => Enumerable.Range(0, log.Topics[t]).Select(p => place(log.Watermarks(new TopicPartition(t, p)))).ToArray())]) { Named = topics.Count > 1 };

    private static long[]? Offsets(string[] parts, IEventLog log, string topic)
    {
        if (parts.Length != log.Topics[topic]) return null;
        var offsets = new long[parts.Length];
        for (int p = 0; p < offsets.Length; p++)
        {
            if (!long.TryParse(parts[p], NumberStyles.None, CultureInfo.InvariantCulture, out offsets[p])) return null;
            var (low, high) = log.Watermarks(new TopicPartition(topic, p));
            if (offsets[p] < low || offsets[p] > high) return null;
        }
        return offsets;
    }

    private static int IndexOf(IReadOnlyList<string> topics, string topic)
    {
        for (int i = 0; i < topics.Count; i++)
            if (topics[i] == topic) return i;
        return -1;
    }
}
