using Orleans.Runtime.Providers;

namespace OrleansStream.Streams.KeyStreams;

/// <summary>The agent's pauses between tries of one delivery: doubled each time, up to the longest.</summary>
internal sealed class DeliveryBackoff(LogStreamOptions options) : IMessageDeliveryBackoffProvider
{
    public TimeSpan Next(int attempt) =>
        TimeSpan.FromTicks((long)Math.Min(options.RetryDelay.Ticks * Math.Pow(2, Math.Min(attempt, 32)), options.MaxRetryDelay.Ticks));
}
