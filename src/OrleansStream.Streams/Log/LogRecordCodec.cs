using System.Buffers.Binary;
using System.Text;

namespace OrleansStream.Streams.Log;

/// <summary>
/// The binary form of a record in a log of our own. Version 1, little-endian:
/// <c>version:1 offset:8 receivedAt:8 time:8 key source id headers value</c>; times are UTC ticks, texts and the value are
/// length-prefixed (7-bit encoded), headers are a count and pairs of texts.
/// </summary>
public static class LogRecordCodec
{
    public const byte Version = 1;
    private static readonly byte[] RedriveOf = Encoding.UTF8.GetBytes(LogHeaders.RedriveOf);
    private const int FixedLength = 1 + 8 + 8 + 8;

    /// <summary>An upper bound of what <see cref="Encode"/> writes.</summary>
    public static int MaxLength(LogRecord record)
    {
        int n = FixedLength + 5 * 5 + 3 * (record.Key.Length + record.Source.Length + record.Id.Length) + record.Value.Length;
        foreach (var (name, value) in record.Headers) n += 10 + 3 * (name.Length + value.Length);
        return n;
    }

    /// <summary>A rougher upper bound, which costs nothing.</summary>
    public static int RoughMaxLength(LogRecord record) => record.Size + record.Size / 2;

    /// <summary>Writes the record with the given offset and returns the number of bytes.</summary>
    public static int Encode(LogRecord record, long offset, Span<byte> target)
    {
        target[0] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(target[1..], offset);
        BinaryPrimitives.WriteInt64LittleEndian(target[9..], record.ReceivedAt.UtcTicks);
        BinaryPrimitives.WriteInt64LittleEndian(target[17..], record.Time.UtcTicks);
        int at = FixedLength;
        WriteText(target, ref at, record.Key);
        WriteText(target, ref at, record.Source);
        WriteText(target, ref at, record.Id);
        WriteLength(target, ref at, record.Headers.Length);
        foreach (var (name, value) in record.Headers)
        {
            WriteText(target, ref at, name);
            WriteText(target, ref at, value);
        }
        WriteLength(target, ref at, record.Value.Length);
        record.Value.Span.CopyTo(target[at..]);
        return at + record.Value.Length;
    }

    /// <summary>Reads a record; its value is a slice of <paramref name="entry"/>, which must not change afterwards.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a record of a version this code knows.</exception>
    public static LogRecord Decode(ReadOnlyMemory<byte> entry)
    {
        var source = entry.Span;
        CheckVersion(source);
        try
        {
            int at = FixedLength;
            string key = ReadText(source, ref at), origin = ReadText(source, ref at), id = ReadText(source, ref at);
            int count = ReadLength(source, ref at);
            // A header takes two bytes at least: a mutilated count must not reserve memory.
            if (count > (source.Length - at) / 2) throw new InvalidDataException($"The record names {count} headers, more than its bytes can hold.");
            var headers = new KeyValuePair<string, string>[count];
            for (int i = 0; i < headers.Length; i++) headers[i] = new(ReadText(source, ref at), ReadText(source, ref at));
            int length = ReadLength(source, ref at);
            return new LogRecord
            {
                Offset = BinaryPrimitives.ReadInt64LittleEndian(source[1..]),
                ReceivedAt = new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(source[9..]), TimeSpan.Zero),
                Time = new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(source[17..]), TimeSpan.Zero),
                Key = key, Source = origin, Id = id, Headers = headers, Value = entry.Slice(at, length),
            };
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException("The record's bytes are cut short or mixed up.", e);
        }
    }

    /// <summary>Checks a record's bytes from end to end and gives its identity, without making objects: for a scan over millions.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a record of a version this code knows.</exception>
    public static RecordIdentity ReadIdentity(ReadOnlySpan<byte> entry)
    {
        CheckVersion(entry);
        try
        {
            int at = FixedLength;
            var key = ReadBytes(entry, ref at);
            var source = ReadBytes(entry, ref at);
            var id = ReadBytes(entry, ref at);
            bool isRedrive = false;
            ReadOnlySpan<byte> redriveOf = default;
            for (int count = ReadLength(entry, ref at); count > 0; count--)
            {
                bool found = ReadBytes(entry, ref at).SequenceEqual(RedriveOf) && !isRedrive;
                var value = ReadBytes(entry, ref at);
                if (!found) continue;
                isRedrive = true;
                redriveOf = value;
            }
            ReadBytes(entry, ref at);
            if (at != entry.Length) throw new InvalidDataException($"The record ends {entry.Length - at} bytes before its entry does.");
            return new RecordIdentity
            {
                Offset = BinaryPrimitives.ReadInt64LittleEndian(entry[1..]), Key = key, Source = source, Id = id, IsRedrive = isRedrive, RedriveOf = redriveOf,
            };
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException("The record's bytes are cut short or mixed up.", e);
        }
    }

    private static void CheckVersion(ReadOnlySpan<byte> source)
    {
        if (source.Length < FixedLength) throw new InvalidDataException($"A record of {source.Length} bytes is too short.");
        if (source[0] != Version)
            throw new InvalidDataException($"Record version {source[0]} is not known; this code reads version {Version}. Was the log written by a newer release?");
    }

    private static void WriteText(Span<byte> target, ref int at, string text)
    {
        WriteLength(target, ref at, Encoding.UTF8.GetByteCount(text));
        at += Encoding.UTF8.GetBytes(text, target[at..]);
    }

    private static void WriteLength(Span<byte> target, ref int at, int value)
    {
        uint rest = (uint)value;
        while (rest >= 0x80)
        {
            target[at++] = (byte)(rest | 0x80);
            rest >>= 7;
        }
        target[at++] = (byte)rest;
    }

    private static string ReadText(ReadOnlySpan<byte> source, ref int at) => Encoding.UTF8.GetString(ReadBytes(source, ref at));

    private static ReadOnlySpan<byte> ReadBytes(ReadOnlySpan<byte> source, scoped ref int at)
    {
        int length = ReadLength(source, ref at);
        var bytes = source.Slice(at, length);
        at += length;
        return bytes;
    }

    private static int ReadLength(ReadOnlySpan<byte> source, scoped ref int at)
    {
        uint value = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            byte b = source[at++];
            value |= (uint)(b & 0x7f) << shift;
            if (b < 0x80) return checked((int)value);
        }
        throw new InvalidDataException("A length in the record is malformed.");
    }
}
