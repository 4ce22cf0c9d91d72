namespace OrleansStream.Cli.Tests;

/// <summary>
/// Real time, many times faster: back-offs of seconds pass in milliseconds, and nobody has to advance a clock while
/// sockets are at work.
/// </summary>
internal sealed class HurriedTime(int factor = 200) : TimeProvider
{
    private readonly long _start = System.GetTimestamp();
    private readonly DateTimeOffset _origin = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => System.TimestampFrequency;

    public override long GetTimestamp() => (System.GetTimestamp() - _start) * factor;

    public override DateTimeOffset GetUtcNow() => _origin + GetElapsedTime(0);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Hurry(dueTime), Hurry(period));

    // Never quite at once: a periodic timer of nothing would be none.
    private TimeSpan Hurry(TimeSpan time) =>
        time <= TimeSpan.Zero ? time : TimeSpan.FromTicks(Math.Max(time.Ticks / factor, TimeSpan.TicksPerMillisecond));
}
