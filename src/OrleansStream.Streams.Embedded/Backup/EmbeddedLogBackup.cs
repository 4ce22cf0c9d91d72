using System.Globalization;
using OrleansStream.Streams.Embedded.Files;
using OrleansStream.Streams.Embedded.Retention;
using OrleansStream.Streams.Embedded.Segments;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded.Backup;

/// <summary>
/// Copies a log folder while its process writes to it. What makes log and state fit together is the order: first <see cref="CopyOffsets"/>, then the state by whoever
/// keeps it, then <see cref="CopyRecords"/>. So the copied offsets are not ahead of the copied state (nothing is passed over), and the state is not ahead of the copied
/// records (no offset that it has applied comes again). Records between the offsets and the state come once more, and keys skip them.
/// </summary>
/// <param name="source">The log's folder.</param>
/// <param name="target">The copy's folder.</param>
public sealed class EmbeddedLogBackup(string source, string target)
{
    private const int Tries = 10;
    private readonly LogFileSystem _files = new();
    private readonly Dictionary<TopicPartition, long> _lowBefore = [];

    /// <summary>Copies the committed offsets and the topics' numbers of partitions.</summary>
    /// <exception cref="LogUnavailableException">There is no log in the folder.</exception>
    public void CopyOffsets()
    {
        if (!File.Exists(Path.Combine(source, EmbeddedTopics.FileName))) throw new LogUnavailableException($"There is no log in '{source}'.");
        _files.CreateDirectory(target);
        foreach (var (partition, folder) in Partitions()) _lowBefore[partition] = Low(folder);
        foreach (string name in new[] { CommittedOffsets.FileName, EmbeddedTopics.FileName })
            if (File.Exists(Path.Combine(source, name))) FileCopy.Copy(Path.Combine(source, name), Path.Combine(target, name));
    }

    /// <summary>Copies all partitions.</summary>
    /// <returns>How many bytes.</returns>
    /// <exception cref="LogUnavailableException">Retention removed what the copy needs.</exception>
    public long CopyRecords()
    {
        using var committed = new CommittedOffsets(Path.Combine(target, CommittedOffsets.FileName), _files);
        committed.Load();
        long bytes = 0;
        foreach (var (partition, folder) in Partitions())
        {
            string copy = Path.Combine(target, partition.Topic, Path.GetFileName(folder));
            bytes += CopyPartition(folder, copy);
            long low = Low(copy);
            // Applied after the state was copied, and gone: neither the copied state nor the copied log would have it.
            if (low > committed.Lowest(partition) && low > _lowBefore.GetValueOrDefault(partition))
                throw new LogUnavailableException($"Retention removed records of {partition} before offset {low} while it was copied; the copied offsets are at {committed.Lowest(partition)}. Copy again, or keep records longer.");
        }
        _files.SyncDirectory(target);
        return bytes;
    }

    private long CopyPartition(string folder, string copy)
    {
        for (int tried = 1; ; tried++)
        {
            if (Directory.Exists(copy)) Directory.Delete(copy, recursive: true);
            _files.CreateDirectory(copy);
            if (TryCopyPartition(folder, copy, out long bytes)) return bytes;
            if (tried == Tries) throw new LogUnavailableException($"Files of '{folder}' were removed by retention while they were copied, {Tries} times: keep records longer, or copy to a faster place.");
        }
    }

    /// <summary>False when retention has removed a file meanwhile.</summary>
    private bool TryCopyPartition(string folder, string copy, out long bytes)
    {
        bytes = 0;
        try
        {
            // Listed at one moment: files that come later, and what the newest gets later, are not part of the copy. It may end within a block, as after a crash.
            foreach (string name in _files.List(folder).Where(n => SegmentHeader.TryParseFileName(n, out _)).Order(StringComparer.Ordinal))
                bytes += FileCopy.Copy(Path.Combine(folder, name), Path.Combine(copy, name));
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        // Last: a log opens with files that are older than it says, and not without files that it asks for.
        string low = Path.Combine(folder, LowWatermarkFile.FileName);
        if (File.Exists(low)) bytes += FileCopy.Copy(low, Path.Combine(copy, LowWatermarkFile.FileName));
        _files.SyncDirectory(copy);
        return true;
    }

    private long Low(string folder) => new LowWatermarkFile(folder, _files).Read() ?? 0;

    private IEnumerable<(TopicPartition Partition, string Folder)> Partitions() =>
        from topic in Directory.EnumerateDirectories(source)
        from folder in Directory.EnumerateDirectories(topic)
        where int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out _)
        let partition = new TopicPartition(Path.GetFileName(topic), int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture))
        orderby partition.Topic, partition.Partition
        select (partition, folder);
}
