using Microsoft.Extensions.Hosting;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Grains.Rules;

/// <summary>Whoever decides by rules does so from the moment on at which the rules that were in force before the start are read.</summary>
internal sealed class RuleBookReadiness<TBook, TVersion>(TBook book, IReadModels models, IEventLog log) : BackgroundService
    where TBook : RuleBook<TVersion>
    where TVersion : class
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var partition = new TopicPartition(book.Topics[0], 0);
        long last = log.Watermarks(partition).High - 1;
        while (last >= 0 && !await models.WaitForAsync(book.Name, new Position(partition.Topic, 0, last), Wait, stoppingToken)) stoppingToken.ThrowIfCancellationRequested();
        book.SetReady();
    }
}
