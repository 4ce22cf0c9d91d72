namespace OrleansStream.Cli.Sending.Delivery;

/// <summary>Exponential back-off with jitter: 100 ms doubling to 2 s, each between half and the whole of that.</summary>
/// <remarks>Two seconds at most, so that a load goes on soon after a server is back; lanes are few, so no herd gathers.</remarks>
internal sealed class RetryBackoff(int seed)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private readonly Random _random = new(seed);
    private int _attempts;

    public TimeSpan Next()
    {
        var full = Math.Min(First.TotalMilliseconds * Math.Pow(2, _attempts++), Longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(full * (0.5 + (_random.NextDouble() / 2)));
    }

    public void Reset() => _attempts = 0;
}
