using System.Text;
using CsCheck;

namespace OrleansStream.Gateway.Tests.Fuzz;

/// <summary>Bytes that a decoder has not seen: noise, its own kind of input spoiled, and its own words in any order.</summary>
internal static class FuzzInputs
{
    private static readonly string[] Words =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\n", "\r\n", " ", "\0", "null", "true", "-1", "0", "1e999", "-0.0", "9223372036854775808", "NaN", "\"\\ud800\"", "\\ud800", "\"\\ud800\":1,", "\"2026-02-30T25:00:00Z\"", "\"é\"", "\uFEFF",
        "\"id\"", "\"cardId\"", "\"amount\"", "\"time\"", "\"location\"", "\"lat\"", "\"merchant\"", "\"4111111111111111\"", "\"type\"", "\"track\"", "\"event\"", "\"userId\"", "\"properties\"", "\"products\"", "\"batch\"",
        "\"specversion\"", "\"1.0\"", "\"source\"", "\"data\"", "\"data_base64\"", "\"resourceLogs\"", "\"resourceSpans\"", "\"resourceMetrics\"", "\"scopeLogs\"", "\"attributes\"", "\"stringValue\"", "\"kvlistValue\"",
        "\"bucketCounts\"", "\"explicitBounds\"", "\"scale\"", "transactions:3:1843", "1-120-98", "2~decisions:", "~", "=~", "{{{{{{{{{{{{{{{{", "[[[[[[[[[[[[[[[[",
    ];

    private static readonly Gen<byte[]> Noise = Gen.Byte.Array[0, 400];

    private static readonly Gen<byte[]> WordSoup = Gen.Int[0, Words.Length - 1].Select(i => Words[i]).Array[0, 60].Select(words => Encoding.UTF8.GetBytes(string.Concat(words)));

    private static readonly Gen<(int Kind, int Place, byte Value)> Edit = Gen.Select(Gen.Int[0, 7], Gen.Int[0, int.MaxValue - 1], Gen.Byte, (kind, place, value) => (kind, place, value));

    /// <param name="samples">Good inputs of the decoder.</param>
    public static Gen<byte[]> Of(IReadOnlyList<byte[]> samples)
    {
        var sample = Gen.Int[0, samples.Count - 1].Select(i => samples[i]);
        var spoiled = Gen.Select(sample, Edit.Array[1, 6], (bytes, edits) => edits.Aggregate(bytes, Spoil));
        var joined = Gen.Select(sample, sample, Gen.Int[0, int.MaxValue - 1], Gen.Int[0, int.MaxValue - 1], (a, b, x, y) => (byte[])[.. a[..(x % (a.Length + 1))], .. b[(y % (b.Length + 1))..]]);
        return Gen.Frequency((1, Noise), (2, WordSoup), (6, spoiled), (2, joined));
    }

    private static byte[] Spoil(byte[] bytes, (int Kind, int Place, byte Value) edit)
    {
        if (bytes.Length == 0) return [edit.Value];
        int at = edit.Place % bytes.Length;
        switch (edit.Kind)
        {
            case 0: return [.. bytes[..at], edit.Value, .. bytes[(at + 1)..]];
            case 1: return [.. bytes[..at], .. bytes[(at + 1)..]];
            case 2: return [.. bytes[..at], edit.Value, .. bytes[at..]];
            case 3: return bytes[..at];
            case 4: return [.. bytes[..at], (byte)(bytes[at] ^ (1 << (edit.Value & 7))), .. bytes[(at + 1)..]];
            case 5: return [.. bytes[..at], 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, .. bytes[Math.Min(bytes.Length, at + 5)..]];
            case 6:
                int length = Math.Min(bytes.Length - at, edit.Value);
                return [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..(at + length)], .. bytes[(at + length)..]];
            default: return [.. bytes[..at], .. Encoding.UTF8.GetBytes(Words[edit.Value % Words.Length]), .. bytes[at..]];
        }
    }
}
