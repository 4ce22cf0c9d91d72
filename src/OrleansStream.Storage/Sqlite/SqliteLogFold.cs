using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OrleansStream.Storage.Sqlite;

/// <summary>
/// Folds SQLite's write-ahead log into the database on a thread and a connection of its own: that takes tens of milliseconds, which everybody who waits for a commit
/// would wait as well. Commits go on meanwhile and lie behind what is copied; since SQLite begins its log anew only when nothing lies behind, the last, short piece is
/// copied while the writers of the file stand still. A fold that fails is tried again when as many pages have come; far above that the writers fold for themselves.
/// </summary>
internal sealed class SqliteLogFold(SqliteDatabase database, Lock file) : IDisposable
{
    // Some 1 MiB: copied and synced in about a millisecond.
    private const int ShortPiece = 256;
    private const int MaxTurns = 8;

    private readonly SemaphoreSlim _due = new(0, 1);
    private Thread? _thread;
    private SqliteConnection? _connection;
    private long _written;
    private volatile bool _stopped;

    /// <summary>Called by the writer after each transaction, with the pages it wrote.</summary>
    public void Wrote(long pages)
    {
        _written += pages;
        if (_written < database.FoldPages || _due.CurrentCount > 0) return;
        _written = 0;
        if (_thread is null)
        {
            _thread = new Thread(Run) { IsBackground = true, Name = "sqlite-fold" };
            _thread.Start();
        }
        _due.Release();
    }

    /// <summary>Copies what the log holds, so that the next transaction begins it anew unless somebody is reading in it.</summary>
    /// <exception cref="SqliteException">The disk is full, or failed.</exception>
    public void Fold()
    {
        _connection ??= database.Open();
        for (int turn = 0; turn < MaxTurns && Copy(_connection) > ShortPiece; turn++)
        {
            // What came during this turn is copied in the next, and is less.
        }
        lock (file) Copy(_connection);
    }

    public void Dispose()
    {
        _stopped = true;
        if (_due.CurrentCount == 0) _due.Release();
        _thread?.Join();
        _connection?.Dispose();
        _due.Dispose();
    }

    private void Run()
    {
        for (_due.Wait(); !_stopped; _due.Wait())
        {
            try
            {
                Fold();
            }
            catch (Exception)
            {
                // Whoever writes meets the same disk and says so; nothing is lost while the log grows. What leaves a thread of its own ends the process.
                _connection?.Dispose();
                _connection = null;
            }
        }
    }

    /// <returns>Pages of the log that are not in the database yet.</returns>
    private static int Copy(SqliteConnection connection)
    {
        int code = raw.sqlite3_wal_checkpoint_v2(connection.Handle!, null, raw.SQLITE_CHECKPOINT_PASSIVE, out int pages, out int copied);
        if (code is not raw.SQLITE_BUSY) SqliteException.ThrowExceptionForRC(code, connection.Handle);
        return pages - copied;
    }
}
