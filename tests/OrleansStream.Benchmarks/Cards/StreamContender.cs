using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansStream.Benchmarks.Engine;
using OrleansStream.Benchmarks.Measuring;
using OrleansStream.Streams.Log;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>
/// The product: payments are appended to the log, decisions are read from their topic. The silo is in this process; with <c>--silos N</c> so many are in processes of their own, on
/// Kafka and PostgreSQL, and this one only hands in and reads.
/// </summary>
internal sealed class StreamContender(CardWorkload work, Settings settings) : CardContender(work)
{
    private readonly CardProduct _product = new(settings);
    private readonly int _siloCount = settings.Number("silos", 0);
    private readonly CancellationTokenSource _stop = new();
    private IReadOnlyList<CardSilo> _silos = [];
    private IHost? _host;
    private IEventLog _log = null!;
    private Task[] _readers = [];

    public override string Contract => "power loss; applied exactly once";

    public override IReadOnlyList<int> Servers =>
    [
        .. _product.Postgres.Length > 0 ? new[] { ServerProcess.OfPostgres(_product.Postgres) } : [],
        .. _product.KafkaProcess > 0 ? new[] { _product.KafkaProcess } : [], .. _silos.Select(s => s.ProcessId),
    ];

    public override async Task StartAsync()
    {
        if (_siloCount == 0)
        {
            _host = await SiloHost.StartAsync(services =>
            {
                _product.ConfigureLog(services, Folder);
                _product.ConfigureStore(services, Folder);
            }, _product.Configure);
        }
        else
        {
            _silos = await CardSilo.StartAsync(_siloCount, _product);
            _host = await SiloHost.StartWithoutAsync(services => _product.ConfigureLog(services, Folder));
        }
        _log = _host.Services.GetRequiredService<IEventLog>();
        _readers = [.. Enumerable.Range(0, _product.Partitions).Select(p => Task.Run(() => ReadAsync(new TopicPartition(_product.Decisions, p))))];
        foreach (var reader in _readers) Guard(reader);
    }

    protected override Task ProduceAsync(int from, int count) =>
        InBatchesAsync(from, count, (at, size) => _log.AppendAsync(_product.Payments, [.. Enumerable.Range(at, size).Select(RecordOf)]));

    public override void Post(int number) => Guard(_log.AppendAsync(_product.Payments, [RecordOf(number)]));

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_readers);
        // The first of them is where the others look for each other.
        foreach (var silo in _silos.Reverse()) await silo.DisposeAsync();
        if (_host is not null) await SiloHost.StopAsync(_host);
        _stop.Dispose();
        await base.DisposeAsync();
    }

    private LogRecord RecordOf(int number)
    {
        var now = DateTimeOffset.UtcNow;
        return new LogRecord { Key = Work.Card(number), Source = "bench", Id = number.ToString(CultureInfo.InvariantCulture), Time = now, ReceivedAt = now, Value = Work.Json(number) };
    }

    private async Task ReadAsync(TopicPartition partition)
    {
        using var reader = _log.OpenReader(partition, 0);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                foreach (var record in await reader.ReadAsync(4_000, 1 << 20, TimeSpan.FromSeconds(1), _stop.Token)) Verdicts.Add(CardVerdict.Parse(record.Value.Span));
            }
            catch (OperationCanceledException)
            {
            }
        }
    }
}
