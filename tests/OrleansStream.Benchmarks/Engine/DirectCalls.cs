using OrleansStream.Benchmarks.Measuring;

namespace OrleansStream.Benchmarks.Engine;

/// <summary>One grain call per event, a bounded number at a time; nothing is durable. The caller is the silo's own client or, with <c>from=grains</c>, grains.</summary>
internal sealed class DirectCalls(Settings settings) : Contender(settings)
{
    private readonly int _inFlight = settings.Number("inflight", 256);
    private readonly bool _keepReferences = settings.Is("references");
    private readonly int _callers = settings.Text("from", "client") == "grains" ? settings.Number("callers", 4) : 0;

    public override string GrainType => DirectCounterGrain.TypeName;

    protected override void Configure(ISiloBuilder silo)
    {
    }

    public override async Task SendAsync(Workload workload, long from, long count)
    {
        var calls = new CallRange(workload, from, count, _keepReferences);
        if (_callers == 0)
        {
            await Task.WhenAll(Enumerable.Range(0, _inFlight).Select(_ => Task.Run(() => calls.RunAsync(Grains))));
            return;
        }
        CallerGrain.Range = calls;
        await Task.WhenAll(Enumerable.Range(0, _callers).Select(i => Grains.GetGrain<ICallerGrain>(i).Run(_inFlight / _callers)));
    }
}

/// <summary>A range of events that several loops share, each with one call under way.</summary>
internal sealed class CallRange(Workload workload, long from, long count, bool keepReferences)
{
    private readonly long _end = from + count;
    private readonly Dictionary<string, IDirectGrain> _references = [];
    private long _next = from;

    public async Task RunAsync(IGrainFactory grains)
    {
        if (keepReferences) lock (_references) if (_references.Count == 0) foreach (string key in workload.Keys) _references.Add(key, grains.GetGrain<IDirectGrain>(key));
        while (Interlocked.Increment(ref _next) - 1 is var number && number < _end)
        {
            string key = workload.KeyOf(number);
            await (keepReferences ? _references[key] : grains.GetGrain<IDirectGrain>(key)).Handle(workload.EventOf(number));
        }
    }
}

[Alias("OrleansStream.Bench.IDirectGrain")]
internal interface IDirectGrain : IGrainWithStringKey
{
    [Alias("Handle")]
    ValueTask Handle(BenchEvent item);
}

[GrainType(TypeName)]
internal sealed class DirectCounterGrain : Grain, IDirectGrain, ICounted
{
    public const string TypeName = "bench-direct";
    private long _count;

    public ValueTask Handle(BenchEvent item)
    {
        _count++;
        Arrivals.Add(1);
        return default;
    }

    public ValueTask<long> GetCount() => new(_count);
}

[Alias("OrleansStream.Bench.ICallerGrain")]
internal interface ICallerGrain : IGrainWithIntegerKey
{
    [ResponseTimeout("01:00:00")]
    [Alias("Run")]
    Task Run(int inFlight);
}

internal sealed class CallerGrain : Grain, ICallerGrain
{
    public static CallRange? Range { get; set; }

    public Task Run(int inFlight) => Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Range!.RunAsync(GrainFactory)));
}
