using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Conformance.Faults;

/// <summary>Any log, with faults. Operations: <c>log.append:{topic}</c>, <c>log.read</c>, <c>log.committed</c>, <c>log.commit</c>.</summary>
public sealed class FaultyLog(IEventLog inner, FaultInjector faults, string name = "log") : DelegatingLog(inner)
{
    /// <summary>Asked before an offset is stored, whether that succeeds or not.</summary>
    public Func<TopicPartition, long, Task> Committing { get; set; } = (_, _) => Task.CompletedTask;

    public override Task<AppendResult[]> AppendAsync(string topic, IReadOnlyList<LogRecord> records, CancellationToken cancellationToken = default) =>
        faults.RunAsync($"{name}.append:{topic}", () => base.AppendAsync(topic, records, cancellationToken), cancellationToken);

    public override ILogReader OpenReader(TopicPartition partition, long offset) => new Reader(base.OpenReader(partition, offset), faults, name);

    public override async ValueTask<long> CommittedAsync(string group, TopicPartition partition, CancellationToken cancellationToken = default) =>
        await faults.RunAsync($"{name}.committed", () => base.CommittedAsync(group, partition, cancellationToken).AsTask(), cancellationToken);

    public override async ValueTask CommitAsync(string group, TopicPartition partition, long nextOffset, CancellationToken cancellationToken = default)
    {
        await Committing(partition, nextOffset);
        await faults.RunAsync($"{name}.commit", async () =>
        {
            await base.CommitAsync(group, partition, nextOffset, cancellationToken);
            return true;
        }, cancellationToken);
    }

    private sealed class Reader(ILogReader inner, FaultInjector faults, string name) : ILogReader
    {
        public long NextOffset => inner.NextOffset;

        public async ValueTask<IReadOnlyList<LogRecord>> ReadAsync(int maxRecords, int maxBytes, TimeSpan wait, CancellationToken cancellationToken = default) =>
            await faults.RunAsync($"{name}.read", () => inner.ReadAsync(maxRecords, maxBytes, wait, cancellationToken).AsTask(), cancellationToken);

        public void Dispose() => inner.Dispose();
    }
}
