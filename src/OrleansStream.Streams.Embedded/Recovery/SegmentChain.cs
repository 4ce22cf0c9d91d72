using OrleansStream.Streams.Embedded.Files;
using OrleansStream.Streams.Embedded.Retention;
using OrleansStream.Streams.Embedded.Segments;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded.Recovery;

/// <summary>
/// The files of a partition in their order, each with what its header says: found, checked to follow each other, and freed of what a crash left
/// half made or half removed.
/// </summary>
internal sealed class SegmentChain(TopicPartition id, string directory, ILogFileSystem files, LowWatermarkFile lowFile)
{
    private readonly List<Segment> _segments = [];

    public IReadOnlyList<Segment> Segments => _segments;

    /// <summary>No record of the partition can have had this offset or a higher one, as far as file names say.</summary>
    public long NamedNext { get; private set; }

    /// <summary>A newest file without a whole header, which is what a crash at its creation leaves; null when there is none.</summary>
    public string? Torn { get; private set; }

    /// <exception cref="LogUnavailableException">A file is missing, misplaced or has no valid header.</exception>
    public void Read()
    {
        var names = files.List(directory);
        ThrowIfEarlierFormat(names);
        long[] bases = [.. names.Where(n => SegmentHeader.TryParseFileName(n, out _)).Select(BaseOf).Order()];
        long low = lowFile.Read() ?? 0;
        NamedNext = bases is [.., var newest] ? Math.Max(low, newest) : low;
        for (int i = 0; i < bases.Length; i++)
            if (Open(bases[i], last: i == bases.Length - 1) is { } segment) _segments.Add(segment);
        RemoveLeftovers(low);
        for (int i = 0; i < _segments.Count; i++) CheckPlace(i, low);
    }

    private Segment? Open(long baseOffset, bool last)
    {
        string path = Path.Combine(directory, new SegmentHeader { BaseOffset = baseOffset }.FileName);
        using var file = files.OpenRead(path);
        byte[] bytes = new byte[SegmentHeader.Length];
        int count = file.Read(bytes, 0);
        if (SegmentHeader.TryRead(bytes.AsSpan(0, count), out var header, out string reason))
        {
            if (header.Partition != SegmentHeader.Identity(id)) reason = "its header belongs to another partition";
            else if (header.BaseOffset != baseOffset) reason = $"its header belongs to the file that starts at offset {header.BaseOffset}";
            else return new Segment(path, header);
        }
        // A header is on disk before anything follows it: a longer file had one. A shorter one is what a crash at its creation leaves; if it was more,
        // the next file's header misses it.
        if (file.Length > SegmentHeader.Length) throw LogDamage.Refuse(path, 0, reason, $"records from offset {baseOffset} on");
        if (last) Torn = path;
        else files.Delete(path);
        return null;
    }

    /// <summary>The low watermark is stored before files are removed: what lies wholly before it was about to go.</summary>
    private void RemoveLeftovers(long low)
    {
        while (_segments is [var first, var next, ..] && next.BaseOffset <= low)
        {
            files.Delete(first.Path);
            _segments.RemoveAt(0);
        }
    }

    private void CheckPlace(int i, long low)
    {
        var (path, header) = (_segments[i].Path, _segments[i].Header);
        if (i == 0)
        {
            if (header.PreviousBase != SegmentHeader.NoPrevious && header.BaseOffset > low)
                throw LogDamage.Refuse(path, 0, $"it is the oldest file, though everything from offset {low} on must be there: older files are missing", $"records {low}–{header.PreviousEnd - 1}");
        }
        else if (header.PreviousBase != _segments[i - 1].BaseOffset)
        {
            throw LogDamage.Refuse(path, 0, $"a file that starts at offset {header.PreviousBase} must be before it and is missing", $"records up to {header.PreviousEnd - 1}");
        }
    }

    private void ThrowIfEarlierFormat(IReadOnlyList<string> names)
    {
        if (names.FirstOrDefault(n => n.StartsWith("records.log.", StringComparison.Ordinal)) is { } old)
            throw new LogUnavailableException(
                $"'{Path.Combine(directory, old)}' was written by an earlier build in a format that this one does not read. Move the directory '{directory}' away to start empty, " +
                "or run the earlier build on it.");
    }

    private static long BaseOf(string name) => SegmentHeader.TryParseFileName(name, out long offset) ? offset : 0;
}
