using Microsoft.Extensions.Options;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Replay;

/// <summary>Turns for work that reads much beside the live stream: a few at once, some waiting, no more.</summary>
public sealed class ReplaySlots(IOptions<ReplayOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(options.Value.AtWork);
    private int _reserved;

    /// <summary>Takes a place in the queue; dispose it when the work is done or given up.</summary>
    /// <exception cref="LogOverloadedException">The queue is full.</exception>
    public ReplaySlot Reserve()
    {
        if (TryReserve() is { } slot) return slot;
        throw new LogOverloadedException($"{options.Value.AtWork} replays are at work and {options.Value.Waiting} wait; try again later.");
    }

    /// <summary>Null when the queue is full.</summary>
    public ReplaySlot? TryReserve()
    {
        if (Interlocked.Increment(ref _reserved) <= options.Value.AtWork + options.Value.Waiting) return new ReplaySlot(this);
        Interlocked.Decrement(ref _reserved);
        return null;
    }

    public void Dispose() => _turns.Dispose();

    internal Task EnterAsync(CancellationToken cancellationToken) => _turns.WaitAsync(cancellationToken);

    internal void Leave(bool entered)
    {
        if (entered) _turns.Release();
        Interlocked.Decrement(ref _reserved);
    }
}

/// <summary>One place.</summary>
public sealed class ReplaySlot : IDisposable
{
    private readonly ReplaySlots _slots;
    private bool _entered;
    private int _left;

    internal ReplaySlot(ReplaySlots slots) => _slots = slots;

    /// <summary>Completes when it is this one's turn.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        await _slots.EnterAsync(cancellationToken);
        _entered = true;
    }

    /// <summary>Gives turn and place back; a second time it does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _left, 1) == 0) _slots.Leave(_entered);
    }
}
