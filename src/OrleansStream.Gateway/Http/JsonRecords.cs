namespace OrleansStream.Gateway.Http;

/// <summary>
/// Cuts a body into records without understanding them, so that one bad record spoils only itself: NDJSON by lines, an array by
/// its commas, found by following strings and brackets. Whether a piece is JSON is for its reader to say.
/// </summary>
internal static class JsonRecords
{
    /// <summary>The pieces of an array.</summary>
    /// <exception cref="RequestRejectedException">Strings or brackets do not close, something follows the array, or it has too many records.</exception>
    public static List<ReadOnlyMemory<byte>> SplitArray(ReadOnlyMemory<byte> body, int maxRecords)
    {
        var records = new List<ReadOnlyMemory<byte>>();
        var text = body.Span;
        int at = SkipSpace(text, 0) + 1;
        int start = at, depth = 0;
        for (; at < text.Length; at++)
        {
            switch (text[at])
            {
                case (byte)'"':
                    at = EndOfString(text, at, records.Count);
                    break;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                case (byte)'}' or (byte)']' when depth > 0:
                    depth--;
                    break;
                case (byte)',' when depth == 0:
                    Add(records, body[start..at], maxRecords);
                    start = at + 1;
                    break;
                case (byte)']':
                    if (records.Count > 0 || !IsBlank(text[start..at])) Add(records, body[start..at], maxRecords);
                    if (SkipSpace(text, at + 1) < text.Length) throw Malformed(records.Count, "something follows the array");
                    return records;
                case (byte)'}':
                    throw Malformed(records.Count, "a bracket closes that was not opened");
            }
        }
        throw Malformed(records.Count, "the array does not end");
    }

    /// <summary>The lines that are not blank.</summary>
    public static List<ReadOnlyMemory<byte>> SplitLines(ReadOnlyMemory<byte> body, int maxRecords)
    {
        var records = new List<ReadOnlyMemory<byte>>();
        while (body.Length > 0)
        {
            int end = body.Span.IndexOf((byte)'\n');
            var line = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            if (!IsBlank(line.Span)) Add(records, line, maxRecords);
        }
        return records;
    }

    /// <summary>The index of the first byte that is not JSON white space.</summary>
    public static int SkipSpace(ReadOnlySpan<byte> text, int from)
    {
        while (from < text.Length && text[from] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') from++;
        return from;
    }

    /// <summary>Without the JSON white space around it.</summary>
    public static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> piece) => piece.Trim(" \t\r\n"u8);

    private static bool IsBlank(ReadOnlySpan<byte> text) => SkipSpace(text, 0) == text.Length;

    private static int EndOfString(ReadOnlySpan<byte> text, int quote, int index)
    {
        for (int at = quote + 1; at < text.Length; at++)
        {
            if (text[at] == '\\') at++;
            else if (text[at] == '"') return at;
        }
        throw Malformed(index, "a string does not end");
    }

    private static void Add(List<ReadOnlyMemory<byte>> records, ReadOnlyMemory<byte> piece, int maxRecords)
    {
        if (records.Count == maxRecords)
            throw new RequestRejectedException(413, "too-many-records", $"A request takes at most {maxRecords:N0} records.", maxRecords);
        records.Add(Trim(piece));
    }

    private static RequestRejectedException Malformed(int index, string why) =>
        new(400, "malformed-json", $"The JSON array cannot be read at record {index}: {why}. Nothing of the request was taken.", index);
}
