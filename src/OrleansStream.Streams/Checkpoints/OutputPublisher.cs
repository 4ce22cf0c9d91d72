using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Checkpoints;

/// <summary>
/// Appends the outputs of durable epochs to their topics, in epoch order, while the next epoch is written. Their ids derive from the
/// input position: an output published twice is a duplicate to the log and to consumers.
/// </summary>
internal sealed class OutputPublisher(IEventLog log, IOptions<StreamEngineOptions> options, TimeProvider time, ILogger<OutputPublisher> logger)
{
    private Task _last = Task.CompletedTask;

    /// <summary>Returns when the epoch before is published, so that at most one waits; <paramref name="published"/> runs when this one is.</summary>
    public async Task PublishAsync(List<(string Topic, LogRecord Record)> outputs, Action published)
    {
        await _last;
        _last = AppendAsync(outputs, published);
    }

    public Task DrainAsync() => _last;

    /// <summary>Appends what is durable already; once, so that the caller sees a failure.</summary>
    public async Task AppendOnceAsync(List<(string Topic, LogRecord Record)> outputs)
    {
        foreach (var topic in outputs.GroupBy(o => o.Topic, o => o.Record)) await log.AppendAsync(topic.Key, topic.ToList());
    }

    private async Task AppendAsync(List<(string Topic, LogRecord Record)> outputs, Action published)
    {
        foreach (var topic in outputs.GroupBy(o => o.Topic, o => o.Record))
        {
            var records = topic.ToList();
            await Retry.ForeverAsync(() => log.AppendAsync(topic.Key, records), $"publish to {topic.Key}", options.Value, time, logger, CancellationToken.None);
        }
        published();
    }
}
