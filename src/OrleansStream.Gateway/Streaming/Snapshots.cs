using System.IO.Hashing;

namespace OrleansStream.Gateway.Streaming;

/// <summary>A list as it was at a moment.</summary>
/// <param name="Json">The answer's body.</param>
/// <param name="Id">Stands for its content.</param>
internal sealed record Snapshot(byte[] Json, string Id)
{
    public static Snapshot Of(byte[] json) => new(json, XxHash128.HashToUInt128(json).ToString("x32", null));
}

/// <summary>Lists that many clients watch: one look serves all who come within a quarter of a second, so that what a list costs does not grow with them.</summary>
internal sealed class Snapshots(TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(250);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Task<Snapshot> Look, long Begun)> _latest = [];

    /// <param name="name">The list's.</param>
    /// <param name="read">Looks; not called when somebody just did.</param>
    public Task<Snapshot> ReadAsync(string name, Func<ValueTask<byte[]>> read)
    {
        lock (_gate)
        {
            if (_latest.TryGetValue(name, out var latest) && !latest.Look.IsFaulted && time.GetElapsedTime(latest.Begun) < Fresh) return latest.Look;
            var look = LookAsync(read);
            _latest[name] = (look, time.GetTimestamp());
            return look;
        }
    }

    private static async Task<Snapshot> LookAsync(Func<ValueTask<byte[]>> read)
    {
        await Task.Yield();
        return Snapshot.Of(await read());
    }
}
