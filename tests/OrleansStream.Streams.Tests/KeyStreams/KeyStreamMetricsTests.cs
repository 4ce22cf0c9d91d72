using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace OrleansStream.Streams.Tests.KeyStreams;

public sealed class KeyStreamMetricsTests : KeyStreamOnFakeLog
{
    private readonly ConcurrentDictionary<string, long> _sums = new();

    /// <summary>A name of its own: instruments are the process's.</summary>
    protected override string Provider => "metered-keys";

    [Fact]
    public async Task TellsHowMuchIsHeldDeliveredAndSentAgain_WhileASubscriberFailsAndRecovers()
    {
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == StreamMetrics.MeterName) l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            foreach (var tag in tags)
                if (tag.Value is string text && (text == Provider || text == Single)) _sums.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value);
        });
        listener.Start();
        var gate = new TaskCompletionSource();
        int calls = 0;
        Deliveries.OnEvent = (_, _, id) => id.EndsWith('4') ? Task.FromException(new InvalidOperationException("never"))
            : Interlocked.Increment(ref calls) == 1 ? Task.FromException(new InvalidOperationException("once")) : gate.Task;
        await AppendAsync(Single, 50, keys: 10);
        await Wait.UntilAsync(() => Sum("cache.records") == 50, "all is held");
        Assert.Equal(10, Sum("indexed"));
        Assert.True(Sum("cache.bytes") > 50 * 96, $"{Sum("cache.bytes")} bytes");
        gate.SetResult();
        await WaitUntilCommittedAsync("after the gate opened");
        Assert.Equal((0, 0, 40), (Sum("cache.records"), Sum("cache.bytes"), Sum("delivered")));
        Assert.True(_sums["orleansstream.records.dead_lettered"] >= 10);
        Assert.True(Sum("redelivered") > 0);
    }

    private long Sum(string name) => _sums.GetValueOrDefault($"orleansstream.keystreams.{name}");
}
