using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Embedded.Files;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded;

/// <summary>
/// Keeps a reserve of the log's volume for what must be written even then: states, committed offsets, outputs. Asks the system at most once a
/// second, and meanwhile deducts what is appended, so that one busy second cannot use the reserve up.
/// </summary>
internal sealed class FreeSpace(string directory, ILogFileSystem files, long reserveBytes, TimeProvider time, ILogger logger)
{
    /// <summary>The reserve is never more than this part of the volume: a small one is of use, too.</summary>
    private const int ReserveDivisor = 20;

    private readonly object _gate = new();
    private long _measured = -1;
    private long _free;
    private long _reserve;
    private LogFullException? _shortage;

    /// <summary>Why records that may not use the reserve are refused; null while there is space.</summary>
    public LogFullException? Shortage => Take(0);

    /// <summary>Counts what is about to be appended; says why it must not be.</summary>
    public LogFullException? Take(long bytes)
    {
        lock (_gate)
        {
            bool stale = _measured < 0 || time.GetElapsedTime(_measured) >= TimeSpan.FromSeconds(1);
            if (stale) Measure();
            if (_shortage is not null) return _shortage;
            _free -= bytes;
            if (_free >= _reserve) return null;
            Measure();
            return _shortage;
        }
    }

    private void Measure()
    {
        _measured = time.GetTimestamp();
        VolumeSpace space;
        try
        {
            space = files.Space(directory);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            // Not knowing is no reason to refuse: a write that does not fit says so itself.
            (_free, _reserve, _shortage) = (long.MaxValue, 0, null);
            return;
        }
        (_free, _reserve) = (space.Free, Math.Min(reserveBytes, space.Total / ReserveDivisor));
        var before = _shortage;
        _shortage = _free >= _reserve ? null : new LogFullException(
            $"The volume of '{directory}' has {_free} bytes left; {_reserve} are kept in reserve for states and outputs. Make space or enlarge the volume: " +
            "records are taken again by themselves then. Reading goes on.");
        if (before is null && _shortage is not null) logger.LogWarning("{Message}", _shortage.Message);
        if (before is not null && _shortage is null) logger.LogInformation("The volume of {Directory} has {Free} bytes left: records are taken again.", directory, _free);
    }
}
