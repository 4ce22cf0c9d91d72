using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Tests.Fakes;

namespace OrleansStream.Streams.Tests.Checkpoints;

/// <summary>A running checkpointer on a fake store, a fake log and a clock that stands still.</summary>
public abstract class CheckpointerHarness : IAsyncLifetime
{
    private readonly SiloLifecycleStages _lifecycle = new();
    private Task? _stopping;

    private protected StreamEngineOptions Settings { get; } = new();
    private protected FakeTimeProvider Time { get; } = new(Records.Time);
    private protected FakeCheckpointStore Store { get; } = new();
    private protected SuspectKeys Suspects { get; } = new();
    private protected FakeEventLog Log { get; private set; } = null!;
    private protected Checkpointer Checkpointer { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Log = new FakeEventLog(new Dictionary<string, int> { ["out"] = 1 }, Time);
        var options = Options.Create(Settings);
        var publisher = new OutputPublisher(Log, options, Time, NullLogger<OutputPublisher>.Instance);
        Checkpointer = new Checkpointer(Store, publisher, Suspects, new OneSilo(), options, Time, NullLogger<Checkpointer>.Instance);
        Checkpointer.Participate(_lifecycle);
        await _lifecycle.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Store.Thaw();
        await StopAsync();
        Checkpointer.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected Task StopAsync() => _stopping ??= Wait.ForAsync(_lifecycle.StopAsync(), "the checkpointer to stop");

    private protected long Stage(FakeSlot slot, byte number, params string[] outputs)
    {
        slot.Put(number, outputs);
        return Checkpointer.Stage(slot).Number;
    }

    private protected async Task<IReadOnlySet<GrainId>> DurableAsync(long epoch)
    {
        var durable = Checkpointer.WhenDurable(epoch);
        await Wait.ForAsync(durable, $"epoch {epoch} to be durable");
        return await durable;
    }

    /// <summary>Lets the clock run by steps until the condition holds: back-off and gathering are the only things that wait for it.</summary>
    private protected Task AdvanceUntilAsync(TimeSpan step, Func<bool> condition, string what) => Wait.UntilAsync(
        () =>
        {
            if (condition()) return true;
            Time.Advance(step);
            return false;
        }, what);

    private protected List<string> Published() => Log.Read("out").ConvertAll(r => r.Id);

    private sealed class OneSilo : ILocalSiloDetails
    {
        public string Name => "silo";
        public string ClusterId => "test";
        public string DnsHostName => "localhost";
        public SiloAddress SiloAddress => SiloAddress.Zero;
        public SiloAddress GatewayAddress => SiloAddress.Zero;
    }

    private sealed class SiloLifecycleStages : ISiloLifecycle
    {
        private readonly List<ILifecycleObserver> _observers = [];

        public int HighestCompletedStage => 0;

        public int LowestStoppedStage => 0;

        public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
        {
            _observers.Add(observer);
            return new MemoryStream();
        }

        public Task StartAsync() => Task.WhenAll(_observers.Select(o => o.OnStart(default)));

        public Task StopAsync() => Task.WhenAll(_observers.Select(o => o.OnStop(default)));
    }
}
