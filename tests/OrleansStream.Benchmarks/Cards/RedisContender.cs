using System.Globalization;
using StackExchange.Redis;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>
/// Redis streams, partitioned by card, a consumer group each: a worker reads up to 500, fetches their states at once, decides, and stores states and acknowledges in one
/// pipeline. A crash in between repeats a batch, and <c>appendfsync everysec</c> may lose a second.
/// </summary>
internal sealed class RedisContender(CardWorkload work, string server) : CardContender(work)
{
    private const int Partitions = 4;
    private const string Group = "workers", Field = "payment";
    private readonly CancellationTokenSource _stop = new();
    private ConnectionMultiplexer? _producer, _consumer;
    private Task[] _loops = [];
    private int _process;

    public override string Contract => "process crash; at least once";

    public override IReadOnlyList<int> Servers => [_process];

    public override async Task StartAsync()
    {
        var options = ConfigurationOptions.Parse(server);
        options.AllowAdmin = true;
        _producer = await ConnectionMultiplexer.ConnectAsync(options);
        _consumer = await ConnectionMultiplexer.ConnectAsync(options);
        var admin = _producer.GetServer(_producer.GetEndPoints()[0]);
        await admin.FlushDatabaseAsync();
        _process = int.Parse((await admin.InfoAsync("server")).SelectMany(g => g).First(p => p.Key == "process_id").Value, CultureInfo.InvariantCulture);
        for (int p = 0; p < Partitions; p++) await _producer.GetDatabase().StreamCreateConsumerGroupAsync(StreamOf(p), Group, "0", createStream: true);
        _loops = [.. Enumerable.Range(0, Partitions).Select(p => Task.Run(() => ConsumeAsync(p)))];
        foreach (var loop in _loops) Guard(loop);
    }

    protected override async Task ProduceAsync(int from, int count)
    {
        var pending = new Queue<Task>();
        await OneByOneAsync(from, count, number =>
        {
            pending.Enqueue(AddAsync(number));
            while (pending.TryPeek(out var first) && first.IsCompletedSuccessfully) pending.Dequeue();
        });
        await Task.WhenAll(pending);
    }

    public override void Post(int number) => Guard(AddAsync(number));

    private Task<RedisValue> AddAsync(int number) => _producer!.GetDatabase().StreamAddAsync(
        StreamOf((int)((uint)Work.Card(number).GetHashCode(StringComparison.Ordinal) % Partitions)), Field, Work.Json(number));

    private static RedisKey StreamOf(int partition) => string.Create(CultureInfo.InvariantCulture, $"payments:{partition}");

    private async Task ConsumeAsync(int partition)
    {
        var database = _consumer!.GetDatabase();
        RedisKey stream = StreamOf(partition), table = string.Create(CultureInfo.InvariantCulture, $"history:{partition}");
        while (!_stop.IsCancellationRequested)
        {
            var entries = await database.StreamReadGroupAsync(stream, Group, "worker", ">", Batch);
            if (entries.Length == 0)
            {
                // The client cannot block on a stream.
                await Task.Delay(1);
                continue;
            }
            CardPayment[] payments = [.. entries.Select(e => CardPayment.Parse(((ReadOnlyMemory<byte>)e.Values[0].Value).Span))];
            RedisValue[] cards = [.. payments.Select(p => p.Card).Distinct().Select(c => (RedisValue)c)];
            var stored = await database.HashGetAsync(table, cards);
            var histories = cards.Select((card, i) => (Card: (string)card!, Stored: stored[i])).ToDictionary(
                c => c.Card, c => c.Stored.IsNull ? CardHistory.Empty : CardHistory.FromBytes(((ReadOnlyMemory<byte>)c.Stored).Span));
            var verdicts = new List<CardVerdict>(payments.Length);
            foreach (var payment in payments)
            {
                (histories[payment.Card], var verdict) = CardCheck.Decide(histories[payment.Card], payment);
                verdicts.Add(verdict);
            }
            var set = database.HashSetAsync(table, [.. histories.Select(h => new HashEntry(h.Key, h.Value.ToBytes()))]);
            await Task.WhenAll(set, database.StreamAcknowledgeAsync(stream, Group, [.. entries.Select(e => e.Id)]));
            foreach (var verdict in verdicts) Verdicts.Add(verdict);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_loops);
        if (_producer is not null) await _producer.DisposeAsync();
        if (_consumer is not null) await _consumer.DisposeAsync();
        _stop.Dispose();
        await base.DisposeAsync();
    }
}
