namespace OrleansStream.Streams.Conformance.Faults;

/// <summary>What can befall one operation.</summary>
public enum Fault
{
    None,

    /// <summary>It fails, and nothing was done.</summary>
    FailBefore,

    /// <summary>It was done; the answer is lost.</summary>
    FailAfter,

    /// <summary>It stands still until it is released.</summary>
    Hang,

    /// <summary>It takes some milliseconds.</summary>
    Slow,
}

/// <param name="FailBefore">How often, 0–1.</param>
/// <param name="FailAfter">How often, 0–1.</param>
/// <param name="Hang">How often, 0–1.</param>
/// <param name="Slow">How often, 0–1.</param>
public readonly record struct FaultRates(double FailBefore = 0, double FailAfter = 0, double Hang = 0, double Slow = 0);

/// <summary>
/// Which faults come, by operation and how often it was called: the n-th call of an operation meets the same fault whenever the seed is the same, whatever else
/// happens at the time. After <see cref="Heal"/> nothing fails any more.
/// </summary>
public sealed class FaultPlan(int seed, IReadOnlyDictionary<string, FaultRates> rates)
{
    public static readonly FaultPlan None = new(0, new Dictionary<string, FaultRates>());

    private readonly object _gate = new();
    private readonly Dictionary<string, uint> _calls = [];
    private TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _healed;

    /// <summary>Faults that came, by operation and kind.</summary>
    public SortedDictionary<string, int> Met { get; } = new(StringComparer.Ordinal);

    /// <summary>The fault of the next call; a number that chooses among its kinds; and what a hanging call waits for.</summary>
    public (Fault Fault, uint Kind, Task Released) Next(string operation)
    {
        if (!rates.TryGetValue(operation, out var rate)) return (Fault.None, 0, Task.CompletedTask);
        lock (_gate)
        {
            if (_healed) return (Fault.None, 0, Task.CompletedTask);
            uint call = _calls[operation] = _calls.GetValueOrDefault(operation) + 1;
            uint dice = Mix(seed, operation, call);
            double at = (dice & 0xffff) / 65536d;
            var fault = (at -= rate.FailBefore) < 0 ? Fault.FailBefore
                : (at -= rate.FailAfter) < 0 ? Fault.FailAfter
                : (at -= rate.Hang) < 0 ? Fault.Hang
                : at - rate.Slow < 0 ? Fault.Slow : Fault.None;
            if (fault != Fault.None) Met[$"{operation} {fault}"] = Met.GetValueOrDefault($"{operation} {fault}") + 1;
            return (fault, dice >> 16, _released.Task);
        }
    }

    /// <summary>What stands still goes on.</summary>
    public void Release()
    {
        TaskCompletionSource released;
        lock (_gate) (released, _released) = (_released, new(TaskCreationOptions.RunContinuationsAsynchronously));
        released.SetResult();
    }

    /// <summary>No fault comes any more, and what stands still goes on.</summary>
    public void Heal()
    {
        lock (_gate) _healed = true;
        Release();
    }

    /// <summary>FNV-1a over the operation, then a finalizer that spreads every bit: no call's fault says anything of the next one's.</summary>
    private static uint Mix(int seed, string operation, uint call)
    {
        uint hash = 2166136261 ^ (uint)seed;
        foreach (char c in operation) hash = (hash ^ c) * 16777619;
        hash ^= call * 0x9E3779B9;
        hash = (hash ^ (hash >> 16)) * 0x85EBCA6B;
        hash = (hash ^ (hash >> 13)) * 0xC2B2AE35;
        return hash ^ (hash >> 16);
    }
}
