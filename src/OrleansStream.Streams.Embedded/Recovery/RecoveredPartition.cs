using OrleansStream.Streams.Embedded.Segments;

namespace OrleansStream.Streams.Embedded.Recovery;

/// <param name="Segments">What the partition's files hold.</param>
/// <param name="Next">The offset of the next record.</param>
/// <param name="Skips">The next record must be the first of a new file, because its offset does not follow the last one's.</param>
/// <param name="Warning">What was cut or skipped, for people; null when everything was whole.</param>
internal sealed record RecoveredPartition(SegmentList Segments, long Next, bool Skips, string? Warning);
