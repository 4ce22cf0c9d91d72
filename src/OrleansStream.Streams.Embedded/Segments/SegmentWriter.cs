using OrleansStream.Streams.Embedded.Files;
using OrleansStream.Streams.Embedded.Retention;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded.Segments;

/// <summary>
/// Appends blocks to a partition's newest file, each on disk when <see cref="Write"/> returns, and starts the next file when it is time. After a
/// failure nothing of the block counts, and the next write is a new try. Used by one thread.
/// </summary>
internal sealed class SegmentWriter(
    TopicPartition id, string directory, ILogFileSystem files, LowWatermarkFile low, long segmentBytes, TimeSpan segmentAge, TimeProvider time) : IDisposable
{
    private readonly ulong _identity = SegmentHeader.Identity(id);
    private Segment? _active;
    private ILogFile? _file;
    private bool _mustStartFile;

    /// <summary>Goes on where recovery ended.</summary>
    /// <param name="active">The newest file; null when there is none.</param>
    /// <param name="startFile">Nothing may be added to it: what comes next has an offset of its own choice.</param>
    public void Resume(Segment? active, bool startFile) => (_active, _mustStartFile) = (active, startFile);

    /// <summary>Writes the block and returns the file that holds it. The caller adds the block to the segment.</summary>
    public Segment Write(BlockBuilder block)
    {
        if (NeedsFile(block.Header)) StartFile(block.Header.FirstOffset);
        var active = _active!;
        bool written = false;
        try
        {
            _file ??= files.OpenWrite(active.Path, create: false);
            _file.Write(block.Seal(active.Header.Marker, active.Length), active.Length);
            written = true;
            _file.Flush();
            return active;
        }
        catch (Exception e)
        {
            // After a failed flush the system may call pages clean that never reached the disk: nothing more goes into that file.
            bool cut = TryCutBack(active, _file);
            if (!cut || written || !IoErrors.IsFull(e)) Abandon();
            throw;
        }
    }

    /// <summary>Starts a file when the newest holds records and is older than a file may become; null when it is not.</summary>
    public Segment? RollByAge(long nextOffset)
    {
        if (_active is not { Records: > 0 } || !IsOld(_active)) return null;
        StartFile(nextOffset);
        return _active;
    }

    /// <summary>Starts a file at an offset beyond the newest file's end, so that the skip is on disk before anything can be cut there.</summary>
    public Segment StartFile(long baseOffset)
    {
        // A file without records keeps its name, and with it what stands before it; only its content is made anew.
        var previous = _active;
        bool again = previous is { Records: 0 } && previous.BaseOffset == baseOffset;
        var header = new SegmentHeader(
            baseOffset,
            again ? previous!.Header.PreviousBase : previous?.BaseOffset ?? SegmentHeader.NoPrevious,
            again ? previous!.Header.PreviousEnd : previous?.End ?? 0,
            again ? previous!.Header.PreviousLength : previous?.Length ?? 0,
            time.GetUtcNow().UtcTicks, _identity, SegmentHeader.NewMarker());
        if (header.PreviousBase == SegmentHeader.NoPrevious) low.Create(baseOffset);
        string path = Path.Combine(directory, header.FileName);
        var file = Create(path, header, again);
        _file?.Dispose();
        (_active, _file, _mustStartFile) = (new Segment(path, header), file, false);
        if (!again && previous is not null) TryCutBack(previous, null);
        return _active;
    }

    public void Dispose() => _file?.Dispose();

    private bool NeedsFile(BlockHeader block) =>
        _active is null || _mustStartFile || (_active.Records > 0 && (_active.Length + block.TotalLength > segmentBytes || IsOld(_active)));

    private bool IsOld(Segment segment) => time.GetUtcNow().UtcTicks - segment.Header.CreatedTicks >= segmentAge.Ticks;

    private ILogFile Create(string path, SegmentHeader header, bool again)
    {
        ILogFile? file = null;
        try
        {
            Span<byte> bytes = stackalloc byte[SegmentHeader.Length];
            header.Write(bytes);
            file = files.OpenWrite(path, create: true);
            file.Write(bytes, 0);
            file.Flush();
            files.SyncDirectory(directory);
            return file;
        }
        catch
        {
            file?.Dispose();
            if (!again) TryDelete(path);
            throw;
        }
    }

    private void Abandon()
    {
        _mustStartFile = true;
        _file?.Dispose();
        _file = null;
    }

    /// <summary>Gives the space back at once. When it cannot be done, the next file's header says that what is there does not count.</summary>
    private bool TryCutBack(Segment segment, ILogFile? open)
    {
        try
        {
            var file = open ?? files.OpenWrite(segment.Path, create: false);
            try
            {
                if (file.Length > segment.Length) file.SetLength(segment.Length);
            }
            finally
            {
                if (open is null) file.Dispose();
            }
            return true;
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            return false;
        }
    }

    private void TryDelete(string path)
    {
        try
        {
            files.Delete(path);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            // The next try writes over it; at start a file without a whole header at the end is what a crash leaves.
        }
    }
}
