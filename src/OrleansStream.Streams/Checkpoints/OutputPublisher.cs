using System.Runtime.InteropServices;
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
        foreach (var (topic, records) in ByTopic(outputs)) await log.AppendAsync(topic, records);
    }

    private async Task AppendAsync(List<(string Topic, LogRecord Record)> outputs, Action published)
    {
        foreach (var (topic, records) in ByTopic(outputs))
            await Retry.ForeverAsync(() => log.AppendAsync(topic, records), $"publish to {topic}", options.Value, time, logger, CancellationToken.None);
        published();
    }

    private static Dictionary<string, List<LogRecord>> ByTopic(List<(string Topic, LogRecord Record)> outputs)
    {
        var topics = new Dictionary<string, List<LogRecord>>();
        foreach (var (topic, record) in outputs)
        {
            ref var records = ref CollectionsMarshal.GetValueRefOrAddDefault(topics, topic, out _);
            (records ??= []).Add(record);
        }
        return topics;
    }
}
