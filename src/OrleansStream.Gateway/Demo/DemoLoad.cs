using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.Pipeline.Feed;
using OrleansStream.Gateway.Processors;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Pressure;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Demo;

/// <summary>
/// Hands in made-up events at a rate, through the gates, the validation and the append that a client's request goes through. Off until asked for: whoever drives
/// the API sees no events but their own. What is refused is not made up for.
/// </summary>
internal sealed class DemoLoad(
    IEnumerable<IDemoScenario> scenarios, ProcessorRegistry processors, RecordIngest ingest, IEnumerable<IIngestGate> gates, PipelineFeed feed,
    IOptions<DemoOptions> options, TimeProvider time, ILogger<DemoLoad> logger) : BackgroundService
{
    /// <summary>Above this rate events are handed in together, as clients under load do.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly object _gate = new();
    private readonly IDemoScenario[] _scenarios = [.. scenarios.Where(s => processors.FindTopic(s.Topic) is not null)];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DemoStatus _status = new() { Scenario = All, RatePerSecond = options.Value.RatePerSecond };

    public const string All = "all";

    /// <summary>Names that can be asked for now.</summary>
    public IReadOnlyList<string> Available => [All, .. _scenarios.Select(s => s.Name)];

    public DemoStatus Status
    {
        get { lock (_gate) return _status with { Available = Available }; }
    }

    public DemoStatus Start(string scenario, double ratePerSecond, bool whileWatched) => Change(s => s with
    {
        Running = true,
        Scenario = scenario,
        RatePerSecond = ratePerSecond,
        WhileWatched = whileWatched,
        Asked = true,
        StartedAt = s.Running ? s.StartedAt : time.GetUtcNow(),
        Reason = null,
    });

    /// <param name="reason">For people.</param>
    /// <param name="asked">Somebody wants it so; what ends by itself is as if it had never been asked for.</param>
    public DemoStatus Stop(string reason, bool asked = true) => Change(s => s with { Running = false, Asked = asked, Reason = reason });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task;
            var now = Status;
            if (now.Running) await RunAsync(now, changed, stoppingToken);
            else await changed.WaitAsync(stoppingToken);
        }
    }

    private DemoStatus Change(Func<DemoStatus, DemoStatus> change)
    {
        lock (_gate) _status = change(_status);
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        return Status;
    }

    private async Task RunAsync(DemoStatus asked, Task changed, CancellationToken cancellationToken)
    {
        var chosen = _scenarios.Where(s => asked.Scenario is All ? s.OwnRate is null : s.Name == asked.Scenario).ToArray();
        var beside = _scenarios.Where(s => asked.Scenario is All && s.OwnRate is not null).Select(s => (Scenario: s, Pace: new DemoPace(s.OwnRate!.Value, Tick, time))).ToArray();
        var pace = new DemoPace(asked.RatePerSecond, Tick, time);
        long watchedAt = time.GetTimestamp();
        int turn = 0;
        while (!changed.IsCompleted)
        {
            await changed.WaitAsync(beside.Select(b => b.Pace.Pause).Append(pace.Pause).Min(), time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (changed.IsCompleted) return;
            if (feed.Listeners > 0) watchedAt = time.GetTimestamp();
            if (asked.WhileWatched && time.GetElapsedTime(watchedAt) > options.Value.UnwatchedLimit)
            {
                Stop("Nobody watches any more.", asked: false);
                return;
            }
            foreach (var (scenario, own) in beside)
                if (own.Take() is > 0 and var many) await HandInAsync(scenario, many, scenario.OwnRate!.Value, (_, _) => { }, cancellationToken);
            if (chosen.Length > 0 && pace.Take() is > 0 and var due) await HandInAsync(chosen[turn++ % chosen.Length], due, asked.RatePerSecond, Note, cancellationToken);
        }
    }

    private async Task HandInAsync(IDemoScenario scenario, int count, double perSecond, Action<int, int> note, CancellationToken cancellationToken)
    {
        try
        {
            if (gates.Any(g => g.Check(scenario.Topic) is not null))
            {
                note(0, count);
                return;
            }
            var events = scenario.Next(count, perSecond, time.GetUtcNow());
            var taken = await ingest.AppendAsync(processors.ForTopic(scenario.Topic), new IngestBody(events, Single: false), cancellationToken);
            int accepted = taken.Results.Count(r => r.Status == RecordResult.Accepted);
            note(accepted, count - accepted);
        }
        catch (LogUnavailableException e)
        {
            logger.LogDebug(e, "The log takes no demo events now.");
            note(0, count);
        }
    }

    private void Note(int accepted, int refused)
    {
        bool full;
        lock (_gate)
        {
            _status = _status with { Events = _status.Events + accepted, Refused = _status.Refused + refused };
            full = _status.Events >= options.Value.MaxEvents && _status.Running;
        }
        if (full) Stop("It has made as many events as it may.");
    }
}

/// <summary>The demo load as it is now.</summary>
internal sealed record DemoStatus
{
    public bool Running { get; init; }
    public string Scenario { get; init; } = "";
    public double RatePerSecond { get; init; }

    /// <summary>It ends when nobody listens to the pipeline's event stream any more.</summary>
    public bool WhileWatched { get; init; }

    /// <summary>Whether it runs or not, somebody wants it so.</summary>
    public bool Asked { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Events that were accepted since the process came.</summary>
    public long Events { get; init; }

    /// <summary>Events that were not.</summary>
    public long Refused { get; init; }

    /// <summary>Why it does not run; null when it does, or never did.</summary>
    public string? Reason { get; init; }

    /// <summary>Scenarios that can be asked for.</summary>
    public IReadOnlyList<string> Available { get; init; } = [];
}
