using Microsoft.Extensions.Hosting;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Grains.Fraud.Rules;

/// <summary>Cards decide from the moment on at which the rules that were in force before the start are read.</summary>
internal sealed class RulesetReadiness(RulesetBook book, IReadModels models, IEventLog log) : BackgroundService
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var partition = new TopicPartition(RulesetBook.Topic, 0);
        long last = log.Watermarks(partition).High - 1;
        while (last >= 0 && !await models.WaitForAsync(RulesetBook.ModelName, new Position(partition.Topic, 0, last), Wait, stoppingToken)) stoppingToken.ThrowIfCancellationRequested();
        book.SetReady();
    }
}
