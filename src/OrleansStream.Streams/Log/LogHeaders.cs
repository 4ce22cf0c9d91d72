namespace OrleansStream.Streams.Log;

/// <summary>Names of headers the engine itself sets; what comes from outside carries none of them.</summary>
public static class LogHeaders
{
    /// <summary>What kind of record it is when it is not an event, for example <see cref="TimerDue"/>.</summary>
    public const string Kind = "os-kind";

    /// <summary>Value of <see cref="Kind"/>: a timer of the key came due.</summary>
    public const string TimerDue = "timer-due";

    /// <summary>Value of <see cref="Kind"/>: whatever is known of the key is to be forgotten.</summary>
    public const string Erasure = "erasure";

    /// <summary>Value of <see cref="Kind"/>: a dead letter was sent again.</summary>
    public const string DeadLetterRedriven = "dead-letter-redriven";

    /// <summary>Value of <see cref="Kind"/>: a dead letter is nobody's business any more.</summary>
    public const string DeadLetterDeleted = "dead-letter-deleted";

    /// <summary>Value of <see cref="Kind"/>: a finished job is kept no longer.</summary>
    public const string JobForgotten = "job-forgotten";

    /// <summary>Value of <see cref="Kind"/>: every process rebuilds a read model.</summary>
    public const string ReadModelRebuild = "read-model-rebuild";

    /// <summary>Value of <see cref="Kind"/>: a producer of a compacted topic has deleted the key; there is no value.</summary>
    public const string Tombstone = "tombstone";

    /// <summary>
    /// Why a record without a key cannot reach one, for example <c>no-key</c>: it goes to the dead letters under this code. Set by a log that others append to, when it reads.
    /// </summary>
    public const string Unroutable = "os-unroutable";

    /// <summary>The dead letter that is sent again: its id is part of the record's identity, so that it passes de-duplication, once.</summary>
    public const string RedriveOf = "redriveOf";
}
