using Microsoft.Extensions.Options;
using OrleansStream.Streams.Pressure;

namespace OrleansStream.Gateway.Limits;

/// <summary>What all bodies that are held at one time may take: many clients that are each within their limit must not be too much together.</summary>
internal sealed class BodyMemory(IOptions<LimitOptions> limits)
{
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

        /// <exception cref="RequestOverloadException">There is no room for so much more.</exception>
        public void Grow(long bytes)
        {
            if (!memory.TryGrow(bytes)) throw new RequestOverloadException(Full);
            _bytes += bytes;
        }

        public void Dispose()
        {
            Interlocked.Add(ref memory._held, -_bytes);
            _bytes = 0;
        }
    }
}

/// <summary>The request has to come again later.</summary>
internal sealed class RequestOverloadException(IngestPressure pressure) : Exception(pressure.Detail)
{
    public IngestPressure Pressure => pressure;
}
