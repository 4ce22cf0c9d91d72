using System.Data.Common;
using Orleans.Serialization;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Http;

/// <summary>Tells an outage, which passes, from a fault of the program, which does not.</summary>
internal static class Outages
{
    /// <summary>The code to answer with; null when it is no outage.</summary>
    public static string? CodeOf(Exception exception) => exception switch
    {
        StateUnreadableException => "state-unreadable",
        TimeoutException => "timeout",
        // A silo that is gone, going or too busy; a store or a connection that failed; what a grain threw and this process has no type for.
        OrleansException or StoreUnavailableException or DbException or IOException or System.Net.Sockets.SocketException or UnavailableExceptionFallbackException => "unavailable",
        // What a grain threw and could not be sent: a database driver's exceptions have no codec, ours have.
        CodecNotFoundException => "unavailable",
        // Nobody here cancels but who asked, and that is answered before: what was asked is shutting down.
        OperationCanceledException => "unavailable",
        AggregateException { InnerException: { } inner } => CodeOf(inner),
        _ => null,
    };

    public static string TitleOf(string code) => code switch
    {
        "state-unreadable" => "The stored state cannot be read",
        "timeout" => "The service did not answer in time",
        _ => "The service is not available now",
    };

    public static string DetailOf(string code) => code switch
    {
        "state-unreadable" => "What is stored of this key cannot be read until somebody repairs it; its records are kept in the dead letters.",
        _ => "Try again in a moment.",
    };
}
