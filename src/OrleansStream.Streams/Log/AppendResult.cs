namespace OrleansStream.Streams.Log;

/// <summary>What became of one handed-in record. Both outcomes mean: durable.</summary>
/// <param name="Position">Where the record stands; of a duplicate, where the first one stands.</param>
/// <param name="Duplicate">True when a record of the same key, source and id was there already; nothing was appended.</param>
public readonly record struct AppendResult(Position Position, bool Duplicate);
