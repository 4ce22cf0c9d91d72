namespace OrleansStream.Cli.Sending;

/// <summary>What became of a record.</summary>
internal enum RecordOutcome
{
    /// <summary>Not answered yet.</summary>
    Pending,
    Accepted,

    /// <summary>The server knew the id before this load sent it.</summary>
    Duplicate,

    /// <summary>Already there because this load had sent it before its answer was lost.</summary>
    Resent,
    Rejected,
}

/// <summary>Why a record was not taken: a code of the API, and a sentence.</summary>
internal sealed record Rejection(string Code, string? Detail);

/// <summary>One record of the input on its way to the server.</summary>
internal sealed class LoadRecord
{
    /// <summary>The line on which the record begins; a file's first line is 1.</summary>
    public required long Line { get; init; }

    /// <summary>The record's key; null when it has none, which the server will reject.</summary>
    public string? Key { get; init; }

    /// <summary>The JSON object as it is sent. Emptied once the record is answered.</summary>
    public ReadOnlyMemory<byte> Json { get; set; }

    /// <summary>Why the record cannot even be sent; null for all others.</summary>
    public Rejection? Unsendable { get; init; }

    /// <summary>Bytes of the (compressed) input that had been read when this record was.</summary>
    public long BytesRead { get; init; }

    public RecordOutcome Outcome { get; set; }
}
