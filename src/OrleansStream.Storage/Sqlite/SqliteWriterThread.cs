using System.Collections.Concurrent;

namespace OrleansStream.Storage.Sqlite;

/// <summary>
/// A thread of its own for a file's transactions: SQLite blocks while the disk works, and no pool thread shall. Writers of the same file in this process take turns
/// here instead of in SQLite, which would have them sleep and try again.
/// </summary>
internal sealed class SqliteWriterThread : IDisposable
{
    private static readonly ConcurrentDictionary<string, Lock> Files = new(StringComparer.Ordinal);

    private readonly Func<SqliteRowWriter> _open;
    private readonly Lock _file;
    private readonly SqliteLogFold _fold;
    private readonly BlockingCollection<(IReadOnlyList<Commits.RowWrite> Writes, TaskCompletionSource<int?[]> Done)> _queue = [];
    private Thread? _thread;

    public SqliteWriterThread(SqliteDatabase database, string serviceId)
    {
        _open = () => new SqliteRowWriter(database.OpenWriter(), serviceId);
        _file = Files.GetOrAdd(Path.GetFullPath(database.File), _ => new Lock());
        _fold = new SqliteLogFold(database, _file);
    }

    public Task<int?[]> CommitAsync(IReadOnlyList<Commits.RowWrite> writes)
    {
        if (_thread is null)
        {
            _thread = new Thread(Run) { IsBackground = true, Name = "sqlite-writer" };
            _thread.Start();
        }
        var done = new TaskCompletionSource<int?[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Add((writes, done));
        return done.Task;
    }

    public void Dispose()
    {
        if (_queue.IsAddingCompleted) return;
        _queue.CompleteAdding();
        _thread?.Join();
        _fold.Dispose();
    }

    private void Run()
    {
        SqliteRowWriter? writer = null;
        foreach (var (writes, done) in _queue.GetConsumingEnumerable())
        {
            try
            {
                lock (_file)
                {
                    writer ??= _open();
                    done.SetResult(writer.Write(writes));
                }
                _fold.Wrote(writer.TakePagesWritten());
            }
            catch (Exception e)
            {
                // The next try gets a fresh connection: whatever state this one is in goes with it.
                writer?.Dispose();
                writer = null;
                done.SetException(e);
            }
        }
        writer?.Dispose();
    }
}
