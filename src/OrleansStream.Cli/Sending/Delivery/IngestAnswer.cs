namespace OrleansStream.Cli.Sending.Delivery;

/// <summary>What one request came to. Exactly one of the nested cases.</summary>
internal abstract record IngestAnswer
{
    /// <summary>Every record of the batch was answered, in order.</summary>
    public sealed record Settled(IReadOnlyList<RecordAnswer> Records) : IngestAnswer;

    /// <summary>The body is more than the server takes.</summary>
    public sealed record TooLarge : IngestAnswer;

    /// <summary>The server is full: nothing was stored, the same batch is welcome later.</summary>
    public sealed record Busy(TimeSpan? RetryAfter) : IngestAnswer;

    /// <summary>No answer, or none about the records.</summary>
    /// <param name="Reason">For the person who waits.</param>
    /// <param name="MayBeStored">False only when the request surely never reached the server.</param>
    /// <param name="RetryAfter">The server's wish, if it had one.</param>
    public sealed record Unavailable(string Reason, bool MayBeStored, TimeSpan? RetryAfter = null) : IngestAnswer;

    /// <summary>The server will say the same to the same request: no use in repeating it.</summary>
    public sealed record Refused(string Reason) : IngestAnswer;
}

internal enum RecordStatus
{
    Accepted,
    Duplicate,
    Rejected,
}

/// <param name="Status">What the server did with the record.</param>
/// <param name="Id">The record's id, as the server names it.</param>
/// <param name="Rejection">Set when rejected.</param>
internal sealed record RecordAnswer(RecordStatus Status, string? Id = null, Rejection? Rejection = null);
