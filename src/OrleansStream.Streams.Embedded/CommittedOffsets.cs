using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using OrleansStream.Streams.Embedded.Files;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded;

/// <summary>
/// The committed offsets of all groups in one small file with a checksum, replaced as a whole. A group is in it from the first time it asks: it is
/// a consumer then, and nothing it has not committed is trimmed. Offsets never go back.
/// </summary>
internal sealed class CommittedOffsets(string path, ILogFileSystem files) : IDisposable
{
    public const string FileName = "committed.json";

    private const int Version = 1;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private volatile Dictionary<string, long> _offsets = [];

    /// <exception cref="LogUnavailableException">The file is damaged.</exception>
    public void Load()
    {
        if (AtomicFile.Read(files, path) is not { } content) return;
        try
        {
            using var json = JsonDocument.Parse(content);
            var offsets = json.RootElement.GetProperty("offsets");
            if (json.RootElement.GetProperty("version").GetInt32() != Version) throw new InvalidDataException($"its version is not {Version}");
            if (json.RootElement.GetProperty("checksum").GetString() != Checksum(offsets.GetRawText())) throw new InvalidDataException("its checksum does not hold");
            _offsets = offsets.Deserialize<Dictionary<string, long>>() ?? [];
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new LogUnavailableException(
                $"The committed offsets in '{path}' cannot be read: {e.Message}. Restore that file from a copy, or delete it: every consumer then starts at the oldest " +
                "record, and keys skip what they have applied.", e);
        }
    }

    /// <summary>0 for a group that never committed.</summary>
    public long Get(string group, TopicPartition partition) => _offsets.GetValueOrDefault(Key(group, partition));

    /// <summary>What no consumer of the partition has passed yet; <see cref="long.MaxValue"/> when it has none.</summary>
    public long Lowest(TopicPartition partition) => Of(partition).DefaultIfEmpty(long.MaxValue).Min();

    /// <summary>The furthest that any consumer of the partition has come.</summary>
    public long Highest(TopicPartition partition) => Of(partition).DefaultIfEmpty(0).Max();

    /// <summary>Makes the group a consumer. A disk that cannot store it now does not stop the reading: the next commit does, and until then memory knows.</summary>
    public async ValueTask<long> RegisterAsync(string group, TopicPartition partition, CancellationToken cancellationToken)
    {
        if (_offsets.TryGetValue(Key(group, partition), out long known)) return known;
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_offsets.TryGetValue(Key(group, partition), out known)) return known;
            _offsets = With(group, partition, 0);
            Write(_offsets);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
        }
        finally
        {
            _writing.Release();
        }
        return 0;
    }

    /// <exception cref="LogUnavailableException">It could not be stored.</exception>
    public async ValueTask SetAsync(string group, TopicPartition partition, long next, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_offsets.TryGetValue(Key(group, partition), out long stored) && stored >= next) return;
            var offsets = With(group, partition, next);
            Write(offsets);
            // Only now: what failed to be stored must be stored when it is committed again.
            _offsets = offsets;
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw new LogUnavailableException($"Offset {next} of '{group}' in {partition} could not be stored in '{path}': {e.Message}", e);
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose() => _writing.Dispose();

    private void Write(Dictionary<string, long> offsets)
    {
        string json = JsonSerializer.Serialize(offsets);
        AtomicFile.Write(files, path, Encoding.UTF8.GetBytes($$"""{"version":{{Version}},"checksum":"{{Checksum(json)}}","offsets":{{json}}}"""));
    }

    private Dictionary<string, long> With(string group, TopicPartition partition, long next) => new(_offsets) { [Key(group, partition)] = next };

    private IEnumerable<long> Of(TopicPartition partition) => _offsets.Where(o => o.Key.EndsWith($"@{partition}", StringComparison.Ordinal)).Select(o => o.Value);

    private static string Checksum(string json) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(json)).ToString("x16", CultureInfo.InvariantCulture);

    private static string Key(string group, TopicPartition partition) => $"{group}@{partition}";
}
