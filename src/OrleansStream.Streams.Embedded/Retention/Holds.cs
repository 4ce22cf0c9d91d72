namespace OrleansStream.Streams.Embedded.Retention;

/// <summary>Who keeps which records of a partition from being trimmed.</summary>
internal sealed class Holds
{
    private readonly object _gate = new();
    private readonly List<Hold> _holds = [];

    /// <summary>The lowest offset held; <see cref="long.MaxValue"/> when there is none.</summary>
    public long Lowest
    {
        get { lock (_gate) return _holds.Count == 0 ? long.MaxValue : _holds.Min(h => h.Offset); }
    }

    /// <summary>Holds until the result is disposed.</summary>
    public IDisposable Add(long offset)
    {
        var hold = new Hold(this, offset);
        lock (_gate) _holds.Add(hold);
        return hold;
    }

    private sealed class Hold(Holds all, long offset) : IDisposable
    {
        public long Offset => offset;

        public void Dispose()
        {
            lock (all._gate) all._holds.Remove(this);
        }
    }
}
