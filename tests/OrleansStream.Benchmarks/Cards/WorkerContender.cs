using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>
/// The worker that one would write by hand, as often as there are partitions: it appends what has come to a log and flushes it, decides on states in memory, and stores the changed
/// ones with its place in the log in one transaction.
/// </summary>
internal sealed class WorkerContender(CardWorkload work, int workers) : CardContender(work)
{
    private readonly Channel<int>[] _queues = [.. Enumerable.Range(0, workers).Select(_ => Channel.CreateUnbounded<int>(new() { SingleReader = true }))];
    private Task[] _loops = [];

    public override string Contract => "power loss; applied exactly once";

    public override Task StartAsync()
    {
        _loops = [.. _queues.Select((queue, i) => Task.Run(() => RunAsync(queue.Reader, new CardStore(Path.Combine(Folder, $"{i}")))))];
        foreach (var loop in _loops) Guard(loop);
        return Task.CompletedTask;
    }

    protected override Task ProduceAsync(int from, int count) => OneByOneAsync(from, count, Post);

    public override void Post(int number) => _queues[(uint)Work.Card(number).GetHashCode(StringComparison.Ordinal) % workers].Writer.TryWrite(number);

    public override async ValueTask DisposeAsync()
    {
        foreach (var queue in _queues) queue.Writer.Complete();
        await Task.WhenAll(_loops);
        await base.DisposeAsync();
    }

    private async Task RunAsync(ChannelReader<int> queue, CardStore store)
    {
        using (store)
        {
            var batch = new List<byte[]>(Batch);
            while (await queue.WaitToReadAsync())
            {
                batch.Clear();
                while (batch.Count < Batch && queue.TryRead(out int number)) batch.Add(Work.Json(number));
                foreach (var verdict in store.Process(CollectionsMarshal.AsSpan(batch))) Verdicts.Add(verdict);
            }
        }
    }

    /// <summary>A log and a database of one worker.</summary>
    private sealed class CardStore : IDisposable
    {
        private readonly Dictionary<string, CardHistory> _histories = [];
        private readonly HashSet<string> _changed = [];
        private readonly List<CardVerdict> _verdicts = [];
        private readonly MemoryStream _block = new();
        private readonly SafeFileHandle _log;
        private readonly SqliteConnection _database;
        private readonly SqliteCommand _store, _move;
        private long _end;

        public CardStore(string folder)
        {
            Directory.CreateDirectory(folder);
            _log = File.OpenHandle(Path.Combine(folder, "log"), FileMode.Create, FileAccess.Write);
            _database = new SqliteConnection($"Data Source={Path.Combine(folder, "state.db")};Pooling=False");
            _database.Open();
            Run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; CREATE TABLE history(card TEXT PRIMARY KEY, body BLOB NOT NULL); CREATE TABLE place(id INTEGER PRIMARY KEY, bytes INTEGER NOT NULL)");
            _store = Command("INSERT INTO history VALUES($card, $body) ON CONFLICT(card) DO UPDATE SET body = excluded.body", ("$card", SqliteType.Text), ("$body", SqliteType.Blob));
            _move = Command("INSERT INTO place VALUES(0, $bytes) ON CONFLICT(id) DO UPDATE SET bytes = excluded.bytes", ("$bytes", SqliteType.Integer));
        }

        /// <summary>The decisions, which may be shown: everything is on disk.</summary>
        public List<CardVerdict> Process(ReadOnlySpan<byte[]> payments)
        {
            _block.SetLength(0);
            Span<byte> length = stackalloc byte[4];
            foreach (byte[] payment in payments)
            {
                MemoryMarshal.Write(length, payment.Length);
                _block.Write(length);
                _block.Write(payment);
            }
            RandomAccess.Write(_log, _block.GetBuffer().AsSpan(0, (int)_block.Length), _end);
            RandomAccess.FlushToDisk(_log);
            _end += _block.Length;
            _verdicts.Clear();
            foreach (byte[] json in payments)
            {
                var payment = CardPayment.Parse(json);
                ref var history = ref CollectionsMarshal.GetValueRefOrAddDefault(_histories, payment.Card, out _);
                (history, var verdict) = CardCheck.Decide(history ?? CardHistory.Empty, payment);
                _verdicts.Add(verdict);
                _changed.Add(payment.Card);
            }
            Commit();
            return _verdicts;
        }

        private void Commit()
        {
            using var transaction = _database.BeginTransaction();
            _store.Transaction = _move.Transaction = transaction;
            foreach (string card in _changed)
            {
                _store.Parameters[0].Value = card;
                _store.Parameters[1].Value = _histories[card].ToBytes();
                _store.ExecuteNonQuery();
            }
            _move.Parameters[0].Value = _end;
            _move.ExecuteNonQuery();
            transaction.Commit();
            _changed.Clear();
        }

        private SqliteCommand Command(string sql, params (string Name, SqliteType Type)[] parameters)
        {
            var command = _database.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, type) in parameters) command.Parameters.Add(name, type);
            return command;
        }

        private void Run(string sql)
        {
            using var command = Command(sql);
            command.ExecuteNonQuery();
        }

        public void Dispose()
        {
            _store.Dispose();
            _move.Dispose();
            _database.Dispose();
            _log.Dispose();
            _block.Dispose();
        }
    }
}
