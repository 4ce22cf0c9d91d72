namespace OrleansStream.Gateway.Limits;

/// <summary>A body that unpacks to its limit takes a core for as long: half of the cores at most do so at one time, the others stay with everybody else.</summary>
internal sealed class Decompression : IDisposable
{
    private readonly SemaphoreSlim _turns = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>Waits for its turn, first come, first served.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> unpack, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            return await unpack();
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();
}
