using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Streams.Core;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.KeyStreams;

/// <summary>
/// Asks the pub/sub grain whether a stream has explicit subscriptions. Needed because the agent registers those outside of what it waits
/// for before it purges: a subscriber that resumes while its stream is registered has no cursor for a moment.
/// </summary>
internal sealed class ExplicitSubscribers(string provider, IServiceProvider services, ILogger logger)
{
    private readonly Lazy<IStreamSubscriptionManager> _subscriptions = new(() =>
        services.GetRequiredService<IStreamSubscriptionManagerAdmin>().GetStreamSubscriptionManager(StreamSubscriptionManagerType.ExplicitSubscribeOnly));

    /// <summary>True also when it cannot be found out: then the stream's records wait.</summary>
    public async Task<bool> AnyAsync(StreamId stream)
    {
        try
        {
            return (await _subscriptions.Value.GetSubscriptions(provider, stream)).Any();
        }
        catch (Exception e)
        {
            logger.LogWarning(e, "Whether somebody subscribes to the stream of key {Key} could not be found out; its records wait.", KeyHash.Of(stream.GetKeyAsString()));
            return true;
        }
    }
}
