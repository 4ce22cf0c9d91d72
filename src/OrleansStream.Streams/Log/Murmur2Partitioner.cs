using System.Buffers.Binary;
using System.Text;

namespace OrleansStream.Streams.Log;

/// <summary>
/// Key → partition as Kafka's Java client does it (murmur2 of the key's UTF-8, seed 0x9747b28c, sign bit cleared, modulo
/// partitions), so that Java producers, librdkafka's <c>murmur2_random</c> and this product agree.
/// Source: org.apache.kafka.common.utils.Utils#murmur2.
/// </summary>
public static class Murmur2Partitioner
{
    private const uint Seed = 0x9747b28c;
    private const uint M = 0x5bd1e995;

    /// <summary>The partition of <paramref name="key"/>, 0 ≤ partition &lt; <paramref name="partitions"/>.</summary>
    public static int Partition(string key, int partitions)
    {
        Span<byte> stack = stackalloc byte[256];
        int length = Encoding.UTF8.GetByteCount(key);
        Span<byte> bytes = length <= stack.Length ? stack[..length] : new byte[length];
        Encoding.UTF8.GetBytes(key, bytes);
        return (int)(Hash(bytes) & 0x7fffffff) % partitions;
    }

    /// <summary>murmur2, 32 bits.</summary>
    public static uint Hash(ReadOnlySpan<byte> data)
    {
        uint h = Seed ^ (uint)data.Length;
        while (data.Length >= 4)
        {
            uint k = BinaryPrimitives.ReadUInt32LittleEndian(data) * M;
            k ^= k >> 24;
            h = (h * M) ^ (k * M);
            data = data[4..];
        }
        if (data.Length > 2) h ^= (uint)data[2] << 16;
        if (data.Length > 1) h ^= (uint)data[1] << 8;
        if (data.Length > 0) h = (h ^ data[0]) * M;
        h ^= h >> 13;
        h *= M;
        return h ^ (h >> 15);
    }
}
