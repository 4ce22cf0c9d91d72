using System.Diagnostics;
using OrleansStream.Cli.Benchmarks;

namespace OrleansStream.Cluster.Tests.Cluster.Soak;

/// <summary>
/// Transactions one by one; every fourth waits for its decision, and beside every tenth the card is asked for. First as fast as they are answered, then at an even pace,
/// whatever becomes of those before: latency counts from the moment at which a transaction was due, and whatever waits to be sent again goes on counting.
/// </summary>
internal sealed class PacedLoad(CardLoad load) : IAsyncDisposable
{
    /// <summary>At a time, where they go as fast as they are answered.</summary>
    public const int Senders = 64;

    private const int MostInFlight = 4_000;
    // As long as the gateway waits when a client does not say how long: what takes longer counts as that.
    private const string Patience = "wait=5";
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _slots = new(MostInFlight);
    private Task _running = Task.CompletedTask;
    private long _started;
    private int _next;

    /// <summary>From due to accepted, which is durable in the log.</summary>
    public LatencyWindows Accepted { get; } = new();

    /// <summary>From due to the decision in hand.</summary>
    public LatencyWindows Decided { get; } = new();

    /// <summary>A second, by as many as a number of senders get through one after the other when each waits for its decision: what is only accepted may pile up.</summary>
    public async Task<double> SaturateAsync(TimeSpan time)
    {
        int before = load.Acknowledged;
        long started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(started) < time) await ShootAsync(Interlocked.Increment(ref _next), waits: true);
        }));
        return (load.Acknowledged - before) / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <param name="perSecond">Transactions.</param>
    /// <param name="most">It is stopped before.</param>
    /// <returns>The moment from which times count.</returns>
    public long Start(double perSecond, TimeSpan most)
    {
        _started = Stopwatch.GetTimestamp();
        _running = OpenLoad.RunAsync((int)(perSecond * most.TotalSeconds), perSecond, ShootInTimeAsync, TimeProvider.System, _stop.Token);
        return _started;
    }

    /// <summary>Returns when all that was sent is answered.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        _slots.Dispose();
    }

    private async Task ShootInTimeAsync(int shot, long due)
    {
        await _slots.WaitAsync();
        try
        {
            bool waits = shot % 4 == 0;
            await ShootAsync(shot, waits);
            (waits ? Decided : Accepted).Add(Stopwatch.GetElapsedTime(_started, due), Stopwatch.GetElapsedTime(due));
        }
        finally
        {
            _slots.Release();
        }
        if (shot % 10 == 5) await AskAsync(CardOf(shot));
    }

    private Task<string> ShootAsync(int shot, bool waits) => load.SendAsync(CardOf(shot), waits ? Patience : null);

    private async Task AskAsync(string card)
    {
        try
        {
            await load.AskAsync(card);
        }
        catch (Exception e) when (CardLoad.IsBroken(e))
        {
            load.Failures.Enqueue($"GET {card}: {e.Message}");
        }
    }

    private string CardOf(int shot) => load.CardIds[shot % load.CardIds.Count];
}
