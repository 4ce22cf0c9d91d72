using Microsoft.Extensions.Logging.Abstractions;
using OrleansStream.Streams.Conformance.Faults;
using OrleansStream.Streams.Delivery;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Tests.Fakes;

namespace OrleansStream.Streams.Tests.Delivery;

public sealed class LogReceiverTests
{
    /// <summary>The read was done, its answer lost, whatever the error: what it took must come again.</summary>
    [Fact]
    public async Task ComesAgain_WhenAReadFailsAfterItTookRecords()
    {
        var log = new FakeEventLog(new Dictionary<string, int> { ["in"] = 1 }, TimeProvider.System);
        await log.AppendAsync("in", [.. Enumerable.Range(0, 100).Select(i => Records.Of("k", $"{i}"))]);
        var faults = new FaultInjector { Plan = new FaultPlan(TestSeed.Next(), new Dictionary<string, FaultRates> { ["log.read"] = new(FailAfter: 0.5) }) };
        var partition = new TopicPartition("in", 0);
        using var receiver = new LogReceiver(
            new PartitionPoll(new FaultyLog(log, faults), "g", partition, TimeSpan.Zero, TimeProvider.System, NullLogger.Instance),
            new PartitionAttendance(null!, null!, partition, TimeSpan.FromSeconds(5), TimeProvider.System, NullLogger.Instance),
            partition, new StreamEngineOptions { ContainerRecords = 3 });
        var received = new List<LogRecord>();
        for (int read = 0; received.Count < 100 && read < 1_000; read++)
        {
            foreach (var batch in (await receiver.GetQueueMessagesAsync(1)).Cast<RecordBatch>())
            {
                Assert.Equal(received.Count, batch.From);
                received.AddRange(batch.Records);
            }
        }
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), received.Select(r => r.Offset));
    }
}
