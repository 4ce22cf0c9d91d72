using System.ComponentModel.DataAnnotations;

namespace OrleansStream.Silo.Cluster;

/// <summary>
/// How soon a silo that does not answer is voted dead, section <c>OrleansStream:Membership</c>. The defaults find a killed silo within seconds and leave a silo that is
/// only busy alone: it would have to be silent for <c>MissedProbes</c> time-outs, to several others.
/// </summary>
public sealed class MembershipOptions
{
    public const string Section = "OrleansStream:Membership";

    /// <summary>How long a probe may take, and how often there is one. Orleans adapts it between half and twice this. Default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.200", "00:01:00")] public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>After so many probes without an answer a silo votes against another. Default 3.</summary>
    [Range(1, 100)] public int MissedProbes { get; set; } = 3;

    /// <summary>So many votes make a silo dead. Default 2.</summary>
    [Range(1, 10)] public int Votes { get; set; } = 2;

    /// <summary>How long a vote counts. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")] public TimeSpan VoteExpiry { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the table is read when nobody says that it changed. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")] public TimeSpan TableRefresh { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a silo writes that it lives: one that has not for three of them may be passed over by who joins. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")] public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(5);
}
