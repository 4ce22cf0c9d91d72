using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Grains;

/// <summary>Changes of what every process knows by a read model.</summary>
public static class ModelChanges
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    /// <summary>Appends records to a topic of the model: this process knows them when the call returns, the others moments later.</summary>
    /// <exception cref="LogUnavailableException">They are in the log, but were not read here within 10 s.</exception>
    public static async Task AppendAndReadAsync(this IReadModels models, IEventLog log, string model, string topic, IReadOnlyList<LogRecord> records, CancellationToken cancellationToken)
    {
        var appended = await log.AppendAsync(topic, records, cancellationToken);
        foreach (var partition in appended.Select(a => a.Position).GroupBy(p => p.Partition))
            if (!await models.WaitForAsync(model, partition.MaxBy(p => p.Offset), Wait, cancellationToken))
                throw new LogUnavailableException("The change is in the log, but this process has not read it yet.");
    }
}
