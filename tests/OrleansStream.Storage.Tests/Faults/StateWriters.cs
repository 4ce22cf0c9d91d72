using System.Collections.Concurrent;
using System.Globalization;
using Orleans.Storage;
using OrleansStream.Storage.Tests.GrainStates;

namespace OrleansStream.Storage.Tests.Faults;

/// <summary>
/// Grains under load, each with one write at a time, as Orleans has it: a write that failed is read again and made again. They know what was acknowledged, and see
/// when it is not there.
/// </summary>
/// <param name="storage">Where they write.</param>
/// <param name="grains">How many.</param>
/// <param name="padding">What each state holds besides, bytes.</param>
internal sealed class StateWriters(IGrainStorage storage, int grains, int padding = 0) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly string _padding = new('x', padding);
    private readonly int[] _acknowledged = new int[grains];
    private int _failures;
    private int _writes;
    private Task _running = Task.CompletedTask;

    /// <summary>Failed writes, by their error.</summary>
    public ConcurrentDictionary<string, int> Errors { get; } = [];

    public int Failures => Volatile.Read(ref _failures);

    /// <summary>Acknowledged writes.</summary>
    public int Writes => Volatile.Read(ref _writes);

    public StateWriters Start()
    {
        _running = Task.WhenAll(Enumerable.Range(0, grains).Select(grain => Task.Run(() => RunAsync(grain))));
        return this;
    }

    /// <summary>Waits until that many more writes were acknowledged.</summary>
    public Task MoreWritesAsync(int more) => UntilAsync(() => Writes, Writes + more, "writes");

    /// <summary>Waits until that many more writes failed.</summary>
    public Task MoreFailuresAsync(int more) => UntilAsync(() => Failures, Failures + more, "failures");

    /// <summary>Stops them, and checks that each grain's row holds at least what was acknowledged, and at most one write that was not.</summary>
    public async Task StopAndCheckAsync(IGrainStorage reader)
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(TimeSpan.FromSeconds(60));
        for (int grain = 0; grain < grains; grain++)
        {
            int stored = await ReadAsync(reader, grain, GrainStorageContract.New());
            Assert.True(stored >= _acknowledged[grain] && stored <= _acknowledged[grain] + 1,
                $"grain {grain}: acknowledged {_acknowledged[grain]}, stored {stored} after {Failures} failures ({string.Join(", ", Errors)})");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync(int grain)
    {
        var state = GrainStorageContract.New();
        int next = 0;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                // What failed may have been stored all the same: the row says how far it is.
                if (state.ETag is null) next = await ReadAsync(storage, grain, state);
                Assert.True(next >= _acknowledged[grain], $"grain {grain}: read {next} after {_acknowledged[grain]} was acknowledged");
                state.State!.Text = (next + 1).ToString(CultureInfo.InvariantCulture);
                state.State.Padding = _padding;
                await storage.WriteStateAsync("note", Grains.Of($"grain-{grain}"), state);
                _acknowledged[grain] = ++next;
                Interlocked.Increment(ref _writes);
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Errors.AddOrUpdate(e.GetType().Name + ": " + e.Message, 1, (_, count) => count + 1);
                Interlocked.Increment(ref _failures);
                state = GrainStorageContract.New();
                // As a caller would: not at once.
                await Task.Delay(20);
            }
        }
    }

    private static async Task<int> ReadAsync(IGrainStorage storage, int grain, GrainState<Note> state)
    {
        await storage.ReadStateAsync("note", Grains.Of($"grain-{grain}"), state);
        return state.RecordExists ? int.Parse(state.State!.Text, CultureInfo.InvariantCulture) : 0;
    }

    private async Task UntilAsync(Func<int> count, int target, string what)
    {
        long until = Environment.TickCount64 + 60_000;
        while (count() < target)
        {
            Assert.False(_running.IsFaulted, _running.Exception?.ToString());
            Assert.True(Environment.TickCount64 < until, $"{count()} of {target} {what} after a minute; {string.Join(", ", Errors)}");
            await Task.Delay(5);
        }
    }
}
