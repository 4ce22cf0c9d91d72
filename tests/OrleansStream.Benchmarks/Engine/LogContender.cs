using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Benchmarks.Measuring;
using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Benchmarks.Engine;

/// <summary>
/// A contender whose events come from the durable embedded log: appended in batches, several at a time, and so many that there is always something to deliver. Fewer
/// producers would get less of two busy cores than the delivery, and it is they who would be measured.
/// </summary>
internal abstract class LogContender(Settings settings, string topic) : Contender(settings)
{
    private readonly int _batch = settings.Number("batch", 4_000);
    private readonly int _appenders = settings.Number("appenders", 16);
    private readonly int _maxLag = settings.Number("lag", 200_000);
    private long _sent;

    protected string Topic { get; } = topic;

    protected int Partitions { get; } = settings.Number("partitions", 4);

    protected IEventLog Log => Services.GetRequiredService<IEventLog>();

    protected override void ConfigureServices(IServiceCollection services)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddEmbeddedLog(log =>
        {
            log.Directory = Path.Combine(Directory, "log");
            foreach (string name in new[] { Topic, "out", DeadLetter.TopicName }) log.Topics[name] = Partitions;
        });
    }

    /// <summary>Returns when all are durable; holds back when too many have not arrived.</summary>
    protected Task AppendAsync(Workload workload, long from, long count)
    {
        var log = Log;
        long next = from, end = from + count;
        return Task.WhenAll(Enumerable.Range(0, _appenders).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Add(ref next, _batch) - _batch is var first && first < end)
            {
                while (Volatile.Read(ref _sent) - Arrivals.Total > _maxLag) await Task.Delay(1);
                var records = new LogRecord[Math.Min(_batch, end - first)];
                for (int i = 0; i < records.Length; i++) records[i] = workload.RecordOf(first + i);
                Interlocked.Add(ref _sent, records.Length);
                await log.AppendAsync(Topic, records);
            }
        })));
    }
}
