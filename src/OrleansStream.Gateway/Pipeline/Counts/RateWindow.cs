namespace OrleansStream.Gateway.Pipeline.Counts;

/// <summary>Records per second over the last five whole seconds, by when they were handed in. Not thread-safe.</summary>
internal sealed class RateWindow
{
    private const int Seconds = 5;
    private const int Slots = 8;
    private readonly long[] _counts = new long[Slots];
    private readonly long[] _times = new long[Slots];

    public void Add(DateTimeOffset receivedAt)
    {
        long second = receivedAt.ToUnixTimeSeconds();
        int slot = (int)(second % Slots);
        if (second < _times[slot]) return;
        if (second > _times[slot]) (_times[slot], _counts[slot]) = (second, 0);
        _counts[slot]++;
    }

    public double PerSecond(DateTimeOffset now)
    {
        long second = now.ToUnixTimeSeconds(), sum = 0;
        for (int i = 0; i < Slots; i++)
            if (_times[i] < second && _times[i] >= second - Seconds) sum += _counts[i];
        return (double)sum / Seconds;
    }
}
