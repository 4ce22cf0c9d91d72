namespace OrleansStream.Streams.Pressure;

/// <summary>
/// Says whether a topic takes records now. Every gate registered in a process is asked before anything of a request is appended; one that refuses is enough.
/// Asked on every request: answer from what is known already, without waiting, and never throw.
/// </summary>
public interface IIngestGate
{
    /// <summary>Null when the topic may take records.</summary>
    IngestPressure? Check(string topic);
}

/// <summary>Why a topic takes no records now.</summary>
/// <param name="Policy">The rule that refuses, stable, for programs: for example <c>lag</c>.</param>
/// <param name="RetryAfter">When it is worth trying again.</param>
/// <param name="Detail">For people; leaves the process.</param>
public sealed record IngestPressure(string Policy, TimeSpan RetryAfter, string Detail);
