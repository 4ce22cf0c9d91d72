using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Conformance.Faults;

/// <summary>Runs operations as the plan has it. The decorators of one run share one, so that a plan takes effect everywhere at once.</summary>
public sealed class FaultInjector
{
    private volatile FaultPlan _plan = FaultPlan.None;

    public FaultPlan Plan
    {
        get => _plan;
        set => _plan = value;
    }

    public async Task<T> RunAsync<T>(string operation, Func<Task<T>> action, CancellationToken cancellationToken = default)
    {
        var (fault, kind, released) = Plan.Next(operation);
        if (fault == Fault.Hang) await released.WaitAsync(cancellationToken);
        if (fault == Fault.Slow) await Task.Delay(TimeSpan.FromMilliseconds(1 + kind % 15), cancellationToken);
        if (fault == Fault.FailBefore) throw Failure(operation, kind, "was not done");
        var result = await action();
        if (fault == Fault.FailAfter) throw Failure(operation, kind, "was done, and its answer lost");
        return result;
    }

    /// <summary>As client libraries fail: with errors of their own, by running out of time, and by a cancellation that nobody asked for.</summary>
    private static Exception Failure(string operation, uint kind, string what) => (kind % 4) switch
    {
        0 => new IOException($"Injected: {operation} {what}."),
        1 => new TimeoutException($"Injected: {operation} {what}."),
        2 => new TaskCanceledException($"Injected: {operation} {what}."),
        _ => new LogUnavailableException($"Injected: {operation} {what}."),
    };
}
