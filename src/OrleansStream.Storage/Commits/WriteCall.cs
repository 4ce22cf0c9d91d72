namespace OrleansStream.Storage.Commits;

/// <summary>The rows of one caller, and what became of each; completes when all are settled, or fails when the database does.</summary>
internal sealed class WriteCall(IReadOnlyList<RowWrite> writes)
{
    private readonly TaskCompletionSource<RowOutcome[]> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RowOutcome[] _outcomes = new RowOutcome[writes.Count];
    private int _open = writes.Count;

    public IReadOnlyList<RowWrite> Writes { get; } = writes;

    public Task<RowOutcome[]> Done => _done.Task;

    public void Settle(int index, RowOutcome outcome)
    {
        _outcomes[index] = outcome;
        if (--_open == 0) _done.TrySetResult(_outcomes);
    }

    public void Fail(Exception exception) => _done.TrySetException(exception);
}

/// <summary>One row of a call on its way.</summary>
internal readonly record struct PendingRow(WriteCall Call, int Index)
{
    public RowWrite Write => Call.Writes[Index];

    public void Settle(RowOutcome outcome) => Call.Settle(Index, outcome);
}
