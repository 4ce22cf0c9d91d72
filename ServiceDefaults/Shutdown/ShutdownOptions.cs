using System.ComponentModel.DataAnnotations;

namespace OrleansStream.ServiceDefaults.Shutdown;

/// <summary>How a process ends, section <c>OrleansStream:Shutdown</c>.</summary>
public sealed class ShutdownOptions
{
    public const string Section = "OrleansStream:Shutdown";

    /// <summary>
    /// For how long a process that was told to end goes on to serve, not ready any more. Default 2 s; in Kubernetes a <c>preStop</c> hook waits before that, as long as it takes
    /// until no endpoint leads here. Of the host's <c>shutdownTimeoutSeconds</c> (25) it must leave enough to stop.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")] public TimeSpan Notice { get; set; } = TimeSpan.FromSeconds(2);
}
