using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.DeadLetters;

/// <summary>What the list knows of a dead letter; its bytes lie in the log.</summary>
/// <param name="Id">The place of the record that could not be applied.</param>
/// <param name="Stored">The place of the letter in the topic of dead letters.</param>
/// <param name="Key">The record's key.</param>
/// <param name="Code">Why, for programs.</param>
/// <param name="Exception">Why, for people.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="FailedAt">When it was given up.</param>
/// <param name="RedriveOf">The letter that this record was sent again from; null for a record from outside.</param>
public sealed record DeadLetterEntry(
    Position Id, Position Stored, string Key, string Code, string Exception, int Attempts, DateTimeOffset FailedAt, string? RedriveOf)
{
    /// <summary>One of <see cref="DeadLetterStatus"/>.</summary>
    public string Status { get; init; } = DeadLetterStatus.Open;

    /// <summary>Where the record stands that was sent again from it.</summary>
    public Position? RedrivenAs { get; init; }
}

/// <summary>What became of a dead letter.</summary>
public static class DeadLetterStatus
{
    public const string Open = "open";
    public const string Redriven = "redriven";
    public const string Deleted = "deleted";

    public static IReadOnlyList<string> All { get; } = [Open, Redriven, Deleted];
}

/// <summary>Which dead letters are meant.</summary>
/// <param name="Topic">The topic of the records; null for any.</param>
/// <param name="Codes">Any of these; null or empty for any.</param>
/// <param name="Status">One status; null for all but the deleted ones.</param>
public sealed record DeadLetterFilter(string? Topic = null, IReadOnlyList<string>? Codes = null, string? Status = null)
{
    public bool Matches(DeadLetterEntry letter) =>
        (Topic is null || letter.Id.Topic == Topic) && (Codes is not { Count: > 0 } || Codes.Contains(letter.Code)) &&
        (Status is null ? letter.Status != DeadLetterStatus.Deleted : letter.Status == Status);
}

/// <summary>A place in the list, newest first: when a letter failed, then where it is stored.</summary>
public readonly record struct DeadLetterCursor(long Ticks, int Partition, long Offset)
{
    /// <summary>Older ones come first.</summary>
    public static Comparer<DeadLetterCursor> ByAge { get; } =
        Comparer<DeadLetterCursor>.Create((a, b) => (a.Ticks, a.Partition, a.Offset).CompareTo((b.Ticks, b.Partition, b.Offset)));

    public static DeadLetterCursor Of(DeadLetterEntry letter) => new(letter.FailedAt.UtcTicks, letter.Stored.Partition, letter.Stored.Offset);

    /// <summary>Opaque to clients.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Ticks}-{Partition}-{Offset}");

    public static bool TryParse(string text, out DeadLetterCursor cursor)
    {
        cursor = default;
        string[] parts = text.Split('-');
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        if (parts.Length != 3 || !long.TryParse(parts[0], System.Globalization.NumberStyles.None, culture, out long ticks) ||
            !int.TryParse(parts[1], System.Globalization.NumberStyles.None, culture, out int partition) ||
            !long.TryParse(parts[2], System.Globalization.NumberStyles.None, culture, out long offset)) return false;
        cursor = new DeadLetterCursor(ticks, partition, offset);
        return true;
    }
}
