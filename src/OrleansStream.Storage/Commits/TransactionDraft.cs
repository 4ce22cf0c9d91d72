using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace OrleansStream.Storage.Commits;

/// <summary>
/// The rows of the next transaction. A row that is in it already waits for the one after, and so do the rows behind it of the same identity: each then meets what
/// the one before it left.
/// </summary>
internal sealed class TransactionDraft(GroupCommitOptions options)
{
    private readonly HashSet<RowIdentity> _identities = [];
    private List<PendingRow> _rows = [];
    private List<PendingRow> _later = [];
    private long _bytes;

    public int Rows => _rows.Count;

    /// <summary>Takes in calls that wait, up to the size of a transaction.</summary>
    public void Fill(ChannelReader<WriteCall> queue)
    {
        while (!IsFull && TryRead(queue, out var call))
            for (int i = 0; i < call.Writes.Count; i++) Add(new PendingRow(call, i));
    }

    /// <summary>Hands the rows over, in the order in which all writers lock them, and starts the next draft with those that had to wait.</summary>
    public List<PendingRow> Close()
    {
        var closed = _rows;
        closed.Sort((a, b) => a.Write.Row.CompareTo(b.Write.Row));
        var waiting = _later;
        (_rows, _later, _bytes) = ([], [], 0);
        _identities.Clear();
        foreach (var row in waiting) Add(row);
        return closed;
    }

    /// <summary>Fails what is drafted and what waits.</summary>
    public void Fail(ChannelReader<WriteCall> queue, Exception exception)
    {
        foreach (var row in _rows.Concat(_later)) row.Call.Fail(exception);
        (_rows, _later, _bytes) = ([], [], 0);
        _identities.Clear();
        while (TryRead(queue, out var call)) call.Fail(exception);
    }

    private bool IsFull => _rows.Count >= options.TransactionRows || _bytes >= options.TransactionBytes;

    private void Add(PendingRow row)
    {
        if (_identities.Add(row.Write.Row))
        {
            _rows.Add(row);
            _bytes += row.Write.Bytes;
        }
        else _later.Add(row);
    }

    private static bool TryRead(ChannelReader<WriteCall> queue, [MaybeNullWhen(false)] out WriteCall call) => queue.TryRead(out call);
}
