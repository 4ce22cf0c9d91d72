using System.Globalization;

namespace OrleansStream.Streams.Partitions;

/// <summary>Keys name people and cards: logs and traces show their hash.</summary>
internal static class KeyHash
{
    public static string Of(string key)
    {
        Span<byte> utf8 = stackalloc byte[System.Text.Encoding.UTF8.GetMaxByteCount(Math.Min(key.Length, 256))];
        int length = System.Text.Encoding.UTF8.GetBytes(key.AsSpan(0, Math.Min(key.Length, 256)), utf8);
        return Log.Murmur2Partitioner.Hash(utf8[..length]).ToString("x8", CultureInfo.InvariantCulture);
    }
}
