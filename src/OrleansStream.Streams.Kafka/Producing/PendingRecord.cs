using Confluent.Kafka;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Kafka.Producing;

/// <summary>A record on its way to the broker, and who waits for it: one call as a rule, several when the same id came again meanwhile.</summary>
internal sealed class PendingRecord(LogProducer producer, string topic, UInt128 identity, int bytes)
{
    private AppendCall _call = null!;
    private int _index;
    private List<(AppendCall Call, int Index)>? _others;

    public string Topic => topic;

    public UInt128 Identity => identity;

    public int Bytes => bytes;

    /// <summary>The first is told that the record is new, others that it is a duplicate.</summary>
    public void Add(AppendCall call, int index)
    {
        if (_call is null) (_call, _index) = (call, index);
        else (_others ??= []).Add((call, index));
    }

    /// <summary>The delivery report.</summary>
    public void Reported(DeliveryReport<byte[], ReadOnlyMemory<byte>> report) => producer.Settle(this, report.TopicPartitionOffset, report.Error);

    public void Complete(Position position)
    {
        _call.Complete(_index, new AppendResult(position, false));
        if (_others is null) return;
        foreach (var (call, index) in _others) call.Complete(index, new AppendResult(position, true));
    }

    public void Fail(Exception failure)
    {
        _call.Fail(failure);
        if (_others is null) return;
        foreach (var (call, _) in _others) call.Fail(failure);
    }
}
