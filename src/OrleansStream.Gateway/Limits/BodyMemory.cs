using System.Buffers;
using Microsoft.Extensions.Options;
using Microsoft.IO;
using OrleansStream.Streams.Pressure;

namespace OrleansStream.Gateway.Limits;

/// <summary>
/// What all bodies that are held at one time may take: many clients that are each within their limit must not be too much together. While one comes it lies in blocks that
/// are used again, so that a body which is refused in the end, however large, leaves nothing to collect.
/// </summary>
internal sealed class BodyMemory(IOptions<LimitOptions> limits)
{
    /// <summary>The unit in which a body grows, bytes.</summary>
    public const int Block = 64 << 10;

    private const int MostAtOnce = 16 * Block;

    private readonly RecyclableMemoryStreamManager _blocks = new(new RecyclableMemoryStreamManager.Options { BlockSize = Block, MaximumSmallPoolFreeBytes = 64 << 20 });
    private long _held;

    /// <summary>Bytes that are held now.</summary>
    public long Held => Interlocked.Read(ref _held);

    public BodyLease Rent() => new(this);

    private bool TryGrow(long bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= limits.Value.BodyMemory) return true;
        Interlocked.Add(ref _held, -bytes);
        return false;
    }

    /// <summary>What one request holds, until it is answered.</summary>
    internal sealed class BodyLease(BodyMemory memory) : IDisposable
    {
        private static readonly IngestPressure Full = new("body-memory", TimeSpan.FromSeconds(1), "The bodies of other requests take all the memory there is for them. Nothing of the request was taken.");

        private long _bytes;

        /// <summary>Something that comes from outside, as long as it is not known how large it will be.</summary>
        /// <exception cref="RequestOverloadException">There is no room for one block.</exception>
        public RecyclableMemoryStream NewBlocks()
        {
            Grow(Block);
            return new RecyclableMemoryStream(memory._blocks);
        }

        /// <summary>More blocks, when there is no place left in those it has.</summary>
        /// <exception cref="RequestOverloadException">There is no room for them.</exception>
        public void MakeRoom(RecyclableMemoryStream blocks)
        {
            if (blocks.Length < blocks.Capacity64) return;
            // Several: with each enlargement the library writes its list of them anew.
            long more = Math.Min(blocks.Capacity64, MostAtOnce);
            Grow(more);
            blocks.Capacity64 += more;
        }

        /// <exception cref="RequestOverloadException">There is no room for so much more.</exception>
        public void Grow(long bytes)
        {
            if (!memory.TryGrow(bytes)) throw new RequestOverloadException(Full);
            _bytes += bytes;
        }

        /// <summary>What has come, in one piece of its size; its blocks, which the caller gives back, count no more.</summary>
        /// <exception cref="RequestOverloadException">There is no room for it beside its blocks.</exception>
        public byte[] Keep(RecyclableMemoryStream blocks)
        {
            Grow(blocks.Length);
            byte[] whole = GC.AllocateUninitializedArray<byte>((int)blocks.Length);
            blocks.GetReadOnlySequence().CopyTo(whole);
            Shrink(blocks.Capacity64);
            return whole;
        }

        public void Dispose() => Shrink(_bytes);

        private void Shrink(long bytes)
        {
            Interlocked.Add(ref memory._held, -bytes);
            _bytes -= bytes;
        }
    }
}

/// <summary>The request has to come again later.</summary>
internal sealed class RequestOverloadException(IngestPressure pressure) : Exception(pressure.Detail)
{
    public IngestPressure Pressure => pressure;
}
