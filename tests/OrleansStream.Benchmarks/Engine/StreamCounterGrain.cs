using Orleans.Streams;
using Orleans.Streams.Core;

namespace OrleansStream.Benchmarks.Engine;

/// <summary>Counts what its stream brings.</summary>
/// <param name="lists">Several events at a time, as they wait.</param>
internal abstract class StreamCounterGrain(bool lists) : Grain, ICounted, IStreamSubscriptionObserver, IAsyncObserver<BenchEvent>, IAsyncBatchObserver<BenchEvent>
{
    private long _count;

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory)
    {
        var handle = handleFactory.Create<BenchEvent>();
        return lists ? handle.ResumeAsync((IAsyncBatchObserver<BenchEvent>)this) : handle.ResumeAsync((IAsyncObserver<BenchEvent>)this);
    }

    public Task OnNextAsync(BenchEvent item, StreamSequenceToken? token = null)
    {
        _count++;
        Arrivals.Add(1);
        return Task.CompletedTask;
    }

    public Task OnNextAsync(IList<SequentialItem<BenchEvent>> items)
    {
        _count += items.Count;
        Arrivals.Add(items.Count);
        return Task.CompletedTask;
    }

    public Task OnCompletedAsync() => Task.CompletedTask;

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    public ValueTask<long> GetCount() => new(_count);
}
