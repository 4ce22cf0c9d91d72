using System.Text.Json.Serialization;

namespace OrleansStream.Cli.Sending.Progress;

/// <summary>How many records met which end.</summary>
internal readonly record struct LoadCounts(long Accepted, long Duplicate, long Resent, long Rejected)
{
    [JsonIgnore]
    public long Answered => Accepted + Duplicate + Resent + Rejected;

    public LoadCounts Plus(RecordOutcome outcome) => outcome switch
    {
        RecordOutcome.Accepted => this with { Accepted = Accepted + 1 },
        RecordOutcome.Duplicate => this with { Duplicate = Duplicate + 1 },
        RecordOutcome.Resent => this with { Resent = Resent + 1 },
        RecordOutcome.Rejected => this with { Rejected = Rejected + 1 },
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "not an end"),
    };
}

/// <summary>A place in the input before which everything is answered.</summary>
/// <param name="Line">The last such line; 0 when there is none yet.</param>
/// <param name="SentLine">No line after this one can have been sent.</param>
/// <param name="Counts">Of the lines up to <paramref name="Line"/>.</param>
internal sealed record LoadMark(long Line, long SentLine, LoadCounts Counts)
{
    public static readonly LoadMark Start = new(0, 0, default);
}
