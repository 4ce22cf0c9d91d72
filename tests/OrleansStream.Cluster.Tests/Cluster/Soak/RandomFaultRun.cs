using System.Diagnostics;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Cluster.Soak;

/// <summary>A cluster at half of its capacity, one fault after the other, then a rolling restart; and all that is to be told of it.</summary>
internal sealed class RandomFaultRun : IAsyncDisposable
{
    /// <summary>A number that no pattern of the load divides: every card sees every kind of request.</summary>
    public const int Cards = 241;

    private static readonly TimeSpan CompilesFor = TimeSpan.FromSeconds(60), SaturatesFor = TimeSpan.FromSeconds(20), GivenUpAfter = TimeSpan.FromMinutes(2);
    // The rolling restart and a last fault that heals slowly.
    private static readonly TimeSpan MostBeyond = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan FirstQuiet = TimeSpan.FromSeconds(30), Settles = TimeSpan.FromSeconds(10);
    private readonly ProductCluster _cluster;
    private readonly FaultInjector _injector;
    private readonly FaultPlan _plan;
    private readonly TimeSpan _length;
    private readonly ITestOutputHelper _output;
    private readonly CardLoad _load;
    private long _startedAt;

    /// <param name="cluster">Ready.</param>
    /// <param name="server">Its database's.</param>
    /// <param name="plan">Which faults.</param>
    /// <param name="length">How long they come.</param>
    /// <param name="output">Told as it goes.</param>
    public RandomFaultRun(ProductCluster cluster, PostgresServer server, FaultPlan plan, TimeSpan length, ITestOutputHelper output)
    {
        (_cluster, _injector, _plan, _length, _output) = (cluster, new FaultInjector(cluster, server), plan, length, output);
        _load = new CardLoad(cluster, $"soak{Environment.ProcessId}x{Environment.TickCount64 & 0xffffff}", Cards) { Persistent = true };
        (Paced, Memory) = (new PacedLoad(_load), new MemoryWatch(cluster));
    }

    public PacedLoad Paced { get; }

    public MemoryWatch Memory { get; }

    public List<Disturbance> Disturbances { get; } = [];

    /// <summary>What should not be.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Transactions a second.</summary>
    public double Capacity { get; private set; }

    public double Rate => Capacity / 2;

    /// <summary>From the load's start to the end of the last fault.</summary>
    public TimeSpan Length { get; private set; }

    public int Acknowledged => _load.Acknowledged;

    /// <summary>How long the rolling restart took, and how many were acknowledged meanwhile; null when it did not come to that.</summary>
    public (TimeSpan Time, int Acknowledged)? Restarted { get; private set; }

    /// <summary>Whether every acknowledged transaction was found once.</summary>
    public bool AllFound { get; private set; }

    public async Task RunAsync()
    {
        await Recovery.MeasureAsync(_cluster, _load, TimeProvider.System, GivenUpAfter);
        await Paced.SaturateAsync(CompilesFor);
        Capacity = await Paced.SaturateAsync(SaturatesFor);
        _output.WriteLine($"capacity: {Capacity:0} transactions/s; from now on {Rate:0}/s");
        ExpectNone(RequestTrouble.TakeFrom(_load), "before the first fault");
        _startedAt = Paced.Start(Rate, _length + MostBeyond);
        Memory.Start(_startedAt);
        using var ended = new CancellationTokenSource();
        var printing = PrintMinutesAsync(ended.Token);
        try
        {
            await BreakAsync();
        }
        finally
        {
            Length = Elapsed;
        }
        await Memory.StopAsync();
        await RestartAsync();
        await ended.CancelAsync();
        await printing;
        await Paced.StopAsync();
        ExpectNone(RequestTrouble.TakeFrom(_load), "during the rolling restart");
        await _load.AssertAppliedOnceAsync(_cluster);
        AllFound = true;
    }

    public async ValueTask DisposeAsync()
    {
        await Memory.DisposeAsync();
        // Nothing is handed in again from now on: the cluster may be broken for good.
        await _load.StopAsync();
        await Paced.DisposeAsync();
        await _load.DisposeAsync();
    }

    private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_startedAt);

    private async Task BreakAsync()
    {
        await Task.Delay(FirstQuiet);
        foreach (var fault in _plan.Faults().TakeWhile(_ => Elapsed < _length))
        {
            ExpectNone(RequestTrouble.TakeFrom(_load), $"with nothing broken, before {Elapsed:mm\\:ss}");
            var from = Elapsed;
            var replaced = await _injector.InjectAsync(fault);
            var served = await Recovery.MeasureAsync(_cluster, _load, TimeProvider.System, GivenUpAfter);
            await replaced;
            await Task.Delay(Settles);
            var disturbance = new Disturbance(fault.Kind, from, Elapsed, served, RequestTrouble.TakeFrom(_load));
            Disturbances.Add(disturbance);
            Judge(disturbance);
            await ReplaceEndedAsync(fault);
            await Task.Delay(fault.Quiet);
        }
        ExpectNone(RequestTrouble.TakeFrom(_load), "with nothing broken, at the end");
    }

    private void Judge(Disturbance disturbance)
    {
        var met = disturbance.Met;
        _output.WriteLine($"{disturbance.From:mm\\:ss} {disturbance.Kind}: served again p50 {disturbance.Served.Percentile(0.5).TotalSeconds:0.0} s, p95 {disturbance.Served.Percentile(0.95).TotalSeconds:0.0} s, " +
            $"max {disturbance.Served[^1].TotalSeconds:0.0} s; handed in again {met.Again.Count}, told 429 {met.Refused}, queries unanswered {met.Unanswered.Count}{(met.IsNone ? "" : $" ({met.Examples})")}");
        if (met.Failed.Count > 0) Problems.Add($"{disturbance.From:mm\\:ss} {disturbance.Kind}: {met.Failed.Count} records failed: {met.Examples}");
        if (!disturbance.MayInterrupt && met.Again.Count + met.Refused > 0) Problems.Add($"{disturbance.From:mm\\:ss} {disturbance.Kind}: {met.Again.Count + met.Refused} records were not taken at once: {met.Examples}");
    }

    private void ExpectNone(RequestTrouble trouble, string when)
    {
        if (!trouble.IsNone) Problems.Add($"{when}: failed {trouble.Failed.Count}, handed in again {trouble.Again.Count}, told 429 {trouble.Refused}, queries unanswered {trouble.Unanswered.Count}: {trouble.Examples}");
    }

    /// <summary>No fault that hits others may end a silo; what did is told, and the run goes on.</summary>
    private async Task ReplaceEndedAsync(PlannedFault fault)
    {
        foreach (var silo in _cluster.Silos.Where(s => s.HasExited).ToList())
        {
            Problems.Add($"A silo ended by itself with {silo.ExitCode} after {fault.Kind}.");
            _output.WriteLine(silo.Output);
            await _cluster.ReplaceAsync(silo);
        }
    }

    private async Task RestartAsync()
    {
        int before = Acknowledged;
        var from = Elapsed;
        await RollingRestart.OfSilosAsync(_cluster);
        Restarted = (Elapsed - from, Acknowledged - before);
    }

    private async Task PrintMinutesAsync(CancellationToken ended)
    {
        for (int minute = 0; ; minute++)
        {
            // A moment later: what was due at the end of a minute is answered after it.
            var wait = TimeSpan.FromMinutes(minute + 1) + TimeSpan.FromSeconds(1) - Elapsed;
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ended.IsCancellationRequested) return;
            _output.WriteLine(SoakMinutes.Line(this, minute));
        }
    }
}
