using System.Text;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using OrleansStream.Streams.DeadLetters;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.DeadLetters;

/// <summary>A dead letter as the list shows it.</summary>
internal record DeadLetterView(
    string Id, string Topic, int Partition, long Offset, string Key, string Code, string Exception, int Attempts, string Status, DateTimeOffset FailedAt,
    string? RedriveOf, string? RedrivenAs)
{
    public static DeadLetterView Of(DeadLetterEntry letter) => new(
        letter.Id.ToString(), letter.Id.Topic, letter.Id.Partition, letter.Id.Offset, letter.Key, letter.Code, letter.Exception, letter.Attempts, letter.Status,
        letter.FailedAt, letter.RedriveOf, letter.RedrivenAs?.ToString());
}

/// <summary>A dead letter with the record that could not be applied.</summary>
internal sealed record DeadLetterDetail : DeadLetterView
{
    public DeadLetterDetail(DeadLetterEntry entry, DeadLetter letter) : base(Of(entry))
    {
        Exception = letter.Exception;
        (Source, RecordId, Time, ReceivedAt) = (letter.Source, letter.Id, letter.Time, letter.ReceivedAt);
        Headers = [.. (letter.Headers ?? []).Select(h => new HeaderView(h.Key, h.Value))];
        Value = letter.Value;
        ValueCut = letter.Cut;
        Text = Utf8.IsValid(letter.Value) ? Encoding.UTF8.GetString(letter.Value) : null;
    }

    /// <summary>The record's source and id, which are its identity.</summary>
    public string Source { get; }
    public string RecordId { get; }

    /// <summary>When the event happened, and when it was handed in.</summary>
    public DateTimeOffset? Time { get; }
    public DateTimeOffset? ReceivedAt { get; }
    public IReadOnlyList<HeaderView> Headers { get; }

    /// <summary>The bytes, base64.</summary>
    public byte[] Value { get; }

    /// <summary>Set when the record is too large for a letter: `value` is its start, and the rest stands where the record does.</summary>
    public CutValue? ValueCut { get; }

    /// <summary>The same as text, when it is UTF-8.</summary>
    public string? Text { get; }
}

internal sealed record HeaderView(string Name, string Value);

/// <summary>One page of dead letters.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="Next">Goes into <c>cursor</c> for the next page; null on the last.</param>
internal sealed record DeadLetterPage(IReadOnlyList<DeadLetterView> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);

/// <param name="Id">The dead letter.</param>
/// <param name="Position">Where its record stands now.</param>
internal sealed record RedriveAnswer(string Id, string Position);

/// <param name="Deleted">How many.</param>
internal sealed record DeleteAnswer(int Deleted);
