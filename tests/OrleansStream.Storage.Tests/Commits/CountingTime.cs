using Microsoft.Extensions.Time.Testing;

namespace OrleansStream.Storage.Tests.Commits;

/// <summary>A clock that the test moves, and that says how many wait for it.</summary>
internal sealed class CountingTime : FakeTimeProvider
{
    private int _waiting;

    /// <summary>Timers that run and have not fired.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var counted = new Counted(this);
        counted.Timer = base.CreateTimer(s =>
        {
            counted.Over();
            callback(s);
        }, state, dueTime, period);
        // Counted when it runs: a test that sees it may move the clock.
        Interlocked.Increment(ref _waiting);
        return counted;
    }

    private sealed class Counted(CountingTime time) : ITimer
    {
        private int _over;

        public ITimer? Timer { get; set; }

        public void Over()
        {
            if (Interlocked.Exchange(ref _over, 1) == 0) Interlocked.Decrement(ref time._waiting);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => Timer!.Change(dueTime, period);

        public void Dispose()
        {
            Over();
            Timer?.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
