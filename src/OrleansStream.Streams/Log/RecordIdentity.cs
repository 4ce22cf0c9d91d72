namespace OrleansStream.Streams.Log;

/// <summary>What identifies an encoded record, as UTF-8 where it lies; see <see cref="LogRecordCodec.ReadIdentity"/>.</summary>
public readonly ref struct RecordIdentity
{
    public long Offset { get; init; }

    public ReadOnlySpan<byte> Key { get; init; }

    public ReadOnlySpan<byte> Source { get; init; }

    public ReadOnlySpan<byte> Id { get; init; }

    /// <summary>The value of the header <see cref="LogHeaders.RedriveOf"/>, when <see cref="IsRedrive"/>.</summary>
    public ReadOnlySpan<byte> RedriveOf { get; init; }

    public bool IsRedrive { get; init; }
}
