using System.Text.Json;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded;

/// <summary>
/// The committed offsets of all groups in one small file, replaced as a whole (write aside, flush, rename), so that a crash
/// leaves either the old or the new one. Offsets never go back.
/// </summary>
internal sealed class CommittedOffsets(string path) : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private volatile Dictionary<string, long> _offsets = [];

    public void Load()
    {
        if (!File.Exists(path)) return;
        _offsets = JsonSerializer.Deserialize<Dictionary<string, long>>(File.ReadAllBytes(path)) ?? [];
    }

    public long Get(string group, TopicPartition partition) => _offsets.GetValueOrDefault(Key(group, partition));

    public async ValueTask SetAsync(string group, TopicPartition partition, long next, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Get(group, partition) >= next) return;
            var offsets = new Dictionary<string, long>(_offsets) { [Key(group, partition)] = next };
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(offsets);
            string aside = path + ".new";
            await using (var file = new FileStream(aside, FileMode.Create, FileAccess.Write, FileShare.None, 4096, useAsync: true))
            {
                await file.WriteAsync(json, CancellationToken.None).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }
            File.Move(aside, path, overwrite: true);
            // Only now: what failed to be stored must be stored when it is committed again.
            _offsets = offsets;
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose() => _writing.Dispose();

    private static string Key(string group, TopicPartition partition) => $"{group}@{partition}";
}
