using OrleansStream.Gateway.Http;

namespace OrleansStream.Gateway.Segment;

/// <summary>
/// The members of a body's object, found by following strings and brackets: what is wrong with one message of a batch spoils only that. Whether a member is JSON is for its
/// reader to say.
/// </summary>
internal static class SegmentEnvelope
{
    /// <summary>The member's value; empty when there is none.</summary>
    /// <exception cref="RequestRejectedException">The body is no object, or it does not close.</exception>
    public static ReadOnlyMemory<byte> Member(ReadOnlyMemory<byte> body, ReadOnlySpan<byte> name)
    {
        var text = body.Span;
        int at = JsonRecords.SkipSpace(text, 0);
        if (at == text.Length || text[at] != '{') throw Malformed("The body is one JSON object.");
        ReadOnlyMemory<byte> found = default;
        for (at = JsonRecords.SkipSpace(text, at + 1); at < text.Length && text[at] != '}';)
        {
            if (text[at] != '"') throw Malformed("The body is not valid JSON: a name is missing.");
            int end = EndOfString(text, at);
            bool isWanted = text[(at + 1)..end].SequenceEqual(name);
            at = JsonRecords.SkipSpace(text, end + 1);
            if (at == text.Length || text[at] != ':') throw Malformed("The body is not valid JSON: a colon is missing.");
            int start = at + 1;
            at = EndOfValue(text, start);
            if (isWanted) found = JsonRecords.Trim(body[start..at]);
            if (at < text.Length && text[at] == ',') at++;
            at = JsonRecords.SkipSpace(text, at);
        }
        if (at >= text.Length) throw Malformed("The body is not valid JSON: its object does not end.");
        if (JsonRecords.SkipSpace(text, at + 1) < text.Length) throw Malformed("The body is not valid JSON: something follows the object.");
        return found;
    }

    private static int EndOfValue(ReadOnlySpan<byte> text, int at)
    {
        for (int depth = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case (byte)'"':
                    at = EndOfString(text, at);
                    break;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                case (byte)'}' or (byte)']' when depth > 0:
                    depth--;
                    break;
                case (byte)'}' or (byte)',' when depth == 0:
                    return at;
            }
        }
        throw Malformed("The body is not valid JSON: it does not end.");
    }

    private static int EndOfString(ReadOnlySpan<byte> text, int quote)
    {
        for (int at = quote + 1; at < text.Length; at++)
        {
            if (text[at] == '\\') at++;
            else if (text[at] == '"') return at;
        }
        throw Malformed("The body is not valid JSON: a string does not end.");
    }

    private static RequestRejectedException Malformed(string detail) => new(400, "malformed-json", detail);
}
