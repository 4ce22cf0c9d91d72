using System.Buffers;
using System.Runtime.CompilerServices;

namespace OrleansStream.Cli.Sending.Reading;

/// <summary>Cuts an input into lines. Blank lines count but are not records.</summary>
internal abstract class LineRecordReader(OpenInput input) : IRecordReader
{
    /// <summary>Far above what a server takes (64 KiB): beyond this a line is not even kept to be refused there.</summary>
    private const int MaxLineBytes = 1024 * 1024;

    private static readonly Rejection TooLong = new("record-too-large", "the line is longer than 1 MiB");
    private static readonly byte[] Blanks = [.. " \t\r"u8];

    public abstract string Signature { get; }
    public abstract IReadOnlyList<string> Notes { get; }

    protected long BytesRead => input.BytesRead;

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
                else if (Trim(line.ToArray(), number) is { IsEmpty: false } content)
                {
                    yield return ToRecord(content, number, ids);
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

    /// <summary>A line without blanks around it, never empty.</summary>
    protected abstract LoadRecord ToRecord(ReadOnlyMemory<byte> line, long number, DerivedIds ids);

    private static ReadOnlyMemory<byte> Trim(byte[] line, long number)
    {
        var content = line.AsMemory();
        if (number == 1 && content.Span.StartsWith("\uFEFF"u8))
        {
            content = content[3..];
        }

        return content.Trim(Blanks);
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
