using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Kafka.Producing;

/// <summary>One call of <see cref="IEventLog.AppendAsync"/>: done when every record is acknowledged or given up.</summary>
internal sealed class AppendCall(int records)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open = records;
    private Exception? _failure;

    public AppendResult[] Results { get; } = new AppendResult[records];

    public Task Done => _done.Task;

    public void Complete(int index, AppendResult result)
    {
        Results[index] = result;
        Settle();
    }

    public void Fail(Exception failure)
    {
        Interlocked.CompareExchange(ref _failure, failure, null);
        Settle();
    }

    private void Settle()
    {
        if (Interlocked.Decrement(ref _open) > 0) return;
        if (_failure is null) _done.TrySetResult();
        else _done.TrySetException(_failure);
        // Whoever gave the call up does not look any more.
        _ = _done.Task.Exception;
    }
}
