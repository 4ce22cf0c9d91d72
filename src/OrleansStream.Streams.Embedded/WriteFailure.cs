using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Embedded.Files;
using OrleansStream.Streams.Embedded.Segments;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded;

/// <summary>Why a partition cannot be written, from the first write that failed to the first that does not. Logged once at either end.</summary>
internal sealed class WriteFailure(TopicPartition id, string directory, ILogFileSystem files, ILogger logger)
{
    private const string ProbeName = "probe";

    /// <summary>As much as the largest commit: a little space must not look like enough.</summary>
    private const int ProbeBytes = BlockHeader.MaxBodyLength;

    private LogUnavailableException? _current;

    /// <summary>Null while writing works.</summary>
    public LogUnavailableException? Current => Volatile.Read(ref _current);

    /// <summary>What the appends that waited are told.</summary>
    public LogUnavailableException Set(Exception error)
    {
        var failure = Describe(error);
        if (Interlocked.Exchange(ref _current, failure) is null) logger.LogError(error, "{Message}", failure.Message);
        return failure;
    }

    public void Clear()
    {
        if (Current is not null && Interlocked.Exchange(ref _current, null) is not null) logger.LogInformation("{Partition} can be written again.", id);
    }

    /// <summary>Tries whether writing works again, so that health returns also when nobody appends because it is bad.</summary>
    public void Probe()
    {
        if (Current is null) return;
        string path = Path.Combine(directory, ProbeName);
        try
        {
            try
            {
                using var file = files.OpenWrite(path, create: true);
                file.Write(new byte[ProbeBytes], 0);
                file.Flush();
            }
            finally
            {
                files.Delete(path);
            }
            Clear();
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            logger.LogDebug(e, "{Partition} still cannot be written.", id);
        }
    }

    private LogUnavailableException Describe(Exception error) => IoErrors.IsFull(error)
        ? new LogFullException($"'{directory}' cannot take more records: {error.Message} {Free()}Make space, or raise the quota or limit: appending works again by itself then. Reading goes on.", error)
        : new LogUnavailableException($"The log of {id} could not be written in '{directory}': {error.Message} What was handed in was taken back; the next append tries again in a new file. Reading goes on.", error);

    private string Free()
    {
        try
        {
            return $"{files.Space(directory).Free} bytes are free there. ";
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            return "";
        }
    }
}
