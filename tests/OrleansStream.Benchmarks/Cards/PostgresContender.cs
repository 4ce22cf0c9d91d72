using System.Threading.Channels;
using Npgsql;
using NpgsqlTypes;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>
/// A table of payments per partition and place, filled by COPY; a worker per partition reads up to 500 in order, decides on states it keeps, and stores the changed
/// ones and its place in one transaction.
/// </summary>
internal sealed class PostgresContender(CardWorkload work, string server) : CardContender(work)
{
    private const int Partitions = 4;
    private readonly NpgsqlDataSource _database = NpgsqlDataSource.Create(server);
    private readonly Channel<int>[] _inputs = [.. Enumerable.Range(0, Partitions).Select(_ => Channel.CreateUnbounded<int>(new() { SingleReader = true }))];
    private readonly SemaphoreSlim[] _written = [.. Enumerable.Range(0, Partitions).Select(_ => new SemaphoreSlim(0))];
    private readonly bool[] _ended = new bool[Partitions];
    private Task[] _writers = [], _workers = [];

    public override string Contract => "power loss; applied exactly once";

    public override IReadOnlyList<int> Servers => [ServerProcess.OfPostgres(server)];

    public override async Task StartAsync()
    {
        await using var command = _database.CreateCommand("""
            CREATE TABLE payments(partition int, place bigint, body bytea NOT NULL, PRIMARY KEY(partition, place));
            CREATE TABLE histories(card text PRIMARY KEY, body bytea NOT NULL);
            CREATE TABLE places(partition int PRIMARY KEY, place bigint NOT NULL);
            """);
        await command.ExecuteNonQueryAsync();
        _writers = [.. Enumerable.Range(0, Partitions).Select(p => Task.Run(() => WriteAsync(p)))];
        _workers = [.. Enumerable.Range(0, Partitions).Select(p => Task.Run(() => WorkAsync(p)))];
        foreach (var loop in _writers.Concat(_workers)) Guard(loop);
    }

    protected override Task ProduceAsync(int from, int count) => OneByOneAsync(from, count, Post);

    public override void Post(int number) => _inputs[(uint)Work.Card(number).GetHashCode(StringComparison.Ordinal) % Partitions].Writer.TryWrite(number);

    private async Task WriteAsync(int partition)
    {
        await using var connection = await _database.OpenConnectionAsync();
        var input = _inputs[partition].Reader;
        long place = 0;
        while (await input.WaitToReadAsync())
        {
            await using (var copy = await connection.BeginBinaryImportAsync("COPY payments(partition, place, body) FROM STDIN (FORMAT BINARY)"))
            {
                for (int i = 0; i < Batch && input.TryRead(out int number); i++)
                {
                    await copy.StartRowAsync();
                    await copy.WriteAsync(partition, NpgsqlDbType.Integer);
                    await copy.WriteAsync(place++, NpgsqlDbType.Bigint);
                    await copy.WriteAsync(Work.Json(number), NpgsqlDbType.Bytea);
                }
                await copy.CompleteAsync();
            }
            _written[partition].Release();
        }
        // A worker that finds nothing after this ends, too.
        Volatile.Write(ref _ended[partition], true);
        _written[partition].Release();
    }

    private async Task WorkAsync(int partition)
    {
        await using var connection = await _database.OpenConnectionAsync();
        await using var read = new NpgsqlCommand("SELECT place, body FROM payments WHERE partition = $1 AND place >= $2 ORDER BY place LIMIT $3", connection);
        foreach (object value in new object[] { partition, 0L, Batch }) read.Parameters.Add(new() { Value = value });
        var histories = new Dictionary<string, CardHistory>();
        long next = 0;
        while (true)
        {
            bool last = Volatile.Read(ref _ended[partition]);
            var changed = new HashSet<string>();
            var verdicts = new List<CardVerdict>(Batch);
            read.Parameters[1].Value = next;
            await using (var rows = await read.ExecuteReaderAsync())
            {
                while (await rows.ReadAsync())
                {
                    next = rows.GetInt64(0) + 1;
                    var payment = CardPayment.Parse(rows.GetFieldValue<byte[]>(1));
                    (histories[payment.Card], var verdict) = CardCheck.Decide(histories.GetValueOrDefault(payment.Card, CardHistory.Empty), payment);
                    verdicts.Add(verdict);
                    changed.Add(payment.Card);
                }
            }
            if (verdicts.Count == 0)
            {
                if (last) return;
                await _written[partition].WaitAsync();
                continue;
            }
            await StoreAsync(connection, partition, next, [.. changed], [.. changed.Select(card => histories[card].ToBytes())]);
            foreach (var verdict in verdicts) Verdicts.Add(verdict);
        }
    }

    private static async Task StoreAsync(NpgsqlConnection connection, int partition, long next, string[] cards, byte[][] bodies)
    {
        await using var transaction = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("INSERT INTO histories SELECT * FROM unnest($1, $2) ON CONFLICT(card) DO UPDATE SET body = excluded.body")
                {
                    Parameters = { new() { Value = cards }, new() { Value = bodies } },
                },
                new NpgsqlBatchCommand("INSERT INTO places VALUES($1, $2) ON CONFLICT(partition) DO UPDATE SET place = excluded.place")
                {
                    Parameters = { new() { Value = partition }, new() { Value = next } },
                },
            },
        };
        await transaction.ExecuteNonQueryAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var input in _inputs) input.Writer.Complete();
        await Task.WhenAll(_writers);
        await Task.WhenAll(_workers);
        await _database.DisposeAsync();
        foreach (var written in _written) written.Dispose();
        await base.DisposeAsync();
    }
}
