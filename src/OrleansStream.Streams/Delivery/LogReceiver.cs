using Orleans.Streams;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Delivery;

/// <summary>Hands one partition to the pulling agent: one read, one container. Never throws.</summary>
internal sealed class LogReceiver(PartitionPoll poll, TopicPartition partition, StreamEngineOptions options) : IQueueAdapterReceiver, IDisposable
{
    public Task Initialize(TimeSpan timeout) => Task.CompletedTask;

    public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) => GetQueueMessagesAsync(maxCount, CancellationToken.None);

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken)
    {
        var records = await poll.ReadAsync(options.ContainerRecords, options.ContainerBytes, cancellationToken);
        return records.Count == 0 ? [] : [new RecordBatch { Partition = partition, From = poll.From, Records = records }];
    }

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    public Task Shutdown(TimeSpan timeout) => poll.StopAsync();

    public void Dispose() => poll.Dispose();
}
