using OrleansStream.Streams.Embedded.Files;
using OrleansStream.Streams.Embedded.Retention;
using OrleansStream.Streams.Embedded.Segments;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded.Recovery;

/// <summary>
/// Opens a partition's files: everything whole is taken, a torn end is cut with one warning, and anything else refuses to open. After a cut the next
/// offset skips ahead: keys may have applied records that are gone, and an offset that comes again would look applied to them.
/// </summary>
internal sealed class PartitionRecovery(TopicPartition id, string directory, ILogFileSystem files, LowWatermarkFile low, DeduplicationIndex identities)
{
    /// <summary>A skip ends at the next multiple, so that people see it.</summary>
    public const long SkipTo = 1_000_000;

    /// <summary>No block spends fewer bytes on a record: bounds how many records a cut can have held.</summary>
    private const int SmallestRecord = 32;

    /// <param name="committed">The highest offset that any consumer has committed.</param>
    /// <exception cref="LogUnavailableException">The files are damaged in a way that must not be passed over.</exception>
    public RecoveredPartition Run(long committed)
    {
        try
        {
            var chain = new SegmentChain(id, directory, files, low);
            chain.Read();
            var segments = new SegmentList();
            long cut = 0;
            for (int i = 0; i < chain.Segments.Count; i++)
            {
                using var scan = new SegmentScan(chain.Segments[i], files, identities);
                if (i < chain.Segments.Count - 1) scan.ReadSealed(chain.Segments[i + 1].Header);
                else cut = scan.ReadNewest();
                segments.Add(chain.Segments[i]);
            }
            if (segments.Active is { } active) MakeDurable(active);
            return Conclude(segments, chain, cut, committed);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw new LogUnavailableException($"The files of {id} in '{directory}' could not be read: {e.Message} See that this user may read and write there, and that the disk is sound.", e);
        }
    }

    private RecoveredPartition Conclude(SegmentList segments, SegmentChain chain, long cut, long committed)
    {
        long next = Math.Max(segments.Active?.End ?? 0, chain.NamedNext);
        string? warning = null;
        if (cut > 0) warning = $"'{segments.Active!.Path}' was cut at byte {segments.Active.Length}: its last {cut} bytes are no whole commit.";
        else if (chain.Torn is { } torn) warning = $"'{torn}' was cut at byte 0: it has no whole header.";
        else if (committed > next) warning = $"The files in '{directory}' end before offset {next}, though {committed} was committed: the end is lost.";
        if (warning is null) return new RecoveredPartition(segments, next, Skips: false, null);
        long end = next;
        next = (Math.Max(next + cut / SmallestRecord, committed) / SkipTo + 1) * SkipTo;
        warning += $" What is left of {id} ends before offset {end}; new records start at {next}, so that no offset comes twice.";
        return new RecoveredPartition(segments, next, Skips: true, warning);
    }

    /// <summary>A process that was killed may have left blocks in the system's memory only; from now on they are served.</summary>
    private void MakeDurable(Segment active)
    {
        using var file = files.OpenWrite(active.Path, create: false);
        file.Flush();
        files.SyncDirectory(directory);
    }
}
