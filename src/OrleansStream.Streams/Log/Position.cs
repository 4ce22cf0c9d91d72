using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OrleansStream.Streams.Log;

/// <summary>An accepted record's place in the log; clients see it as the opaque text <c>topic:partition:offset</c>.</summary>
/// <param name="Topic">The topic's name.</param>
/// <param name="Partition">0-based.</param>
/// <param name="Offset">0-based, increasing within the partition; gaps are allowed.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.Position")]
public readonly record struct Position([property: Id(0)] string Topic, [property: Id(1)] int Partition, [property: Id(2)] long Offset) : ISpanFormattable
{
    public TopicPartition TopicPartition => new(Topic, Partition);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Topic}:{Partition}:{Offset}");

    /// <inheritdoc cref="ToString()"/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        destination.TryWrite(CultureInfo.InvariantCulture, $"{Topic}:{Partition}:{Offset}", out charsWritten);

    /// <summary>Reads what <see cref="ToString()"/> wrote; false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Position position)
    {
        position = default;
        if (text is null) return false;
        string[] parts = text.Trim().Split(':');
        if (parts.Length != 3 || parts[0].Length == 0) return false;
        if (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int partition)) return false;
        if (!long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out long offset)) return false;
        position = new Position(parts[0], partition, offset);
        return true;
    }
}
