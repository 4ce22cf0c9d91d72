using System.Buffers;
using System.Runtime.CompilerServices;

namespace OrleansStream.Cli.Sending.Reading;

/// <summary>Passes each line on as it is, with an id added where it has none. Blank lines count but are not records.</summary>
internal sealed class NdjsonRecordReader(OpenInput input, string keyField) : IRecordReader
{
    /// <summary>Far above what a server takes (64 KiB): beyond this a line is not even kept to be refused there.</summary>
    private const int MaxLineBytes = 1024 * 1024;

    private static readonly Rejection TooLong = new("record-too-large", "the line is longer than 1 MiB");

    public string Signature => "ndjson";
    public IReadOnlyList<string> Notes => [];

    public async IAsyncEnumerable<LoadRecord> ReadAsync(DerivedIds ids, [EnumeratorCancellation] CancellationToken stop)
    {
        long number = 0;
        var skipping = false;
        while (true)
        {
            var read = await input.Text.ReadAsync(stop);
            var rest = read.Buffer;
            while (TryTakeLine(ref rest, read.IsCompleted, out var line))
            {
                number++;
                if (skipping || line.Length > MaxLineBytes)
                {
                    skipping = false;
                    yield return new LoadRecord { Line = number, Unsendable = TooLong, BytesRead = input.BytesRead };
                }
                else if (ToRecord(line.ToArray(), number, ids) is { } record)
                {
                    yield return record;
                }
            }

            if (rest.Length > MaxLineBytes)
            {
                // The line's end is not in sight: let go of it, and remember that it was there.
                skipping = true;
                rest = rest.Slice(rest.End);
            }

            input.Text.AdvanceTo(rest.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                yield break;
            }
        }
    }

    private LoadRecord? ToRecord(byte[] line, long number, DerivedIds ids)
    {
        var content = line.AsMemory();
        if (number == 1 && content.Span.StartsWith("\uFEFF"u8))
        {
            content = content[3..];
        }

        content = content.Trim(" \t\r"u8.ToArray());
        if (content.IsEmpty)
        {
            return null;
        }

        if (!JsonLine.TryRead(content, keyField, out var json, out var problem))
        {
            return new LoadRecord { Line = number, Unsendable = new Rejection("malformed-json", problem), BytesRead = input.BytesRead };
        }

        return new LoadRecord
        {
            Line = number,
            Key = json.Key,
            Json = json.HasId ? content : json.WithId(ids.For(number, content.Span)),
            BytesRead = input.BytesRead,
        };
    }

    private static bool TryTakeLine(ref ReadOnlySequence<byte> rest, bool last, out ReadOnlySequence<byte> line)
    {
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            line = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
            return true;
        }

        line = last ? rest : ReadOnlySequence<byte>.Empty;
        rest = last ? rest.Slice(rest.End) : rest;
        return !line.IsEmpty;
    }
}
