using System.Collections.Immutable;
using System.Text.Json;
using System.Threading.Channels;
using OrleansStream.Web.Gateway;

namespace OrleansStream.Web.Live;

/// <summary>
/// What the pages show, read once for all of them: while there is a page, two event streams of the API are open, the pipeline's and the decisions that are not
/// approvals (approvals come with the pipeline's, a few a second). Pages are told of everything as it comes.
/// </summary>
internal sealed class LiveFeed(GatewayEvents events, TimeProvider time, ILogger<LiveFeed> logger) : IDisposable
{
    private const string PipelinePath = "/v1/pipeline/stream?records=true";
    private const string DecisionPath = "/v1/decisions/stream?outcome=decline,review";
    private const int MessagesPerPage = 512;
    private const int DecisionsParsedPerSecond = 40;

    /// <summary>What a page that is opened later still has to draw.</summary>
    private static readonly TimeSpan Past = TimeSpan.FromSeconds(20);

    private readonly object _gate = new();
    private readonly List<ChannelWriter<StripMessage>> _pages = [];
    private readonly Queue<(long At, StripMessage Message)> _past = new();
    private readonly DecisionList _decisions = new();
    private CancellationTokenSource? _reading;
    private FeedState _state = FeedState.Start;
    private long _parseSecond, _parsedInSecond;

    /// <summary>The newest of everything.</summary>
    public FeedState State
    {
        get { lock (_gate) return _state; }
    }

    /// <summary>Opens a page: everything for its strips from now on, and what is not too long past. Close it by disposing.</summary>
    /// <param name="withPast">False for who only wants to know how it stands.</param>
    public LivePage Open(bool withPast = true)
    {
        var messages = Channel.CreateBounded<StripMessage>(new BoundedChannelOptions(MessagesPerPage) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_gate)
        {
            Forget();
            if (withPast)
                foreach (var (_, message) in _past) messages.Writer.TryWrite(message);
            _pages.Add(messages.Writer);
            if (_reading is null)
            {
                _reading = new CancellationTokenSource();
                var stop = _reading.Token;
                _state = _state with { Connection = Connection.Connecting };
                _ = ReadAsync(PipelinePath, OnPipeline, stop);
                _ = ReadAsync(DecisionPath, OnDecision, stop);
            }
        }
        return new LivePage(messages.Reader, () => Close(messages.Writer));
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _reading?.Cancel();
            _reading?.Dispose();
            _reading = null;
        }
    }

    private void Close(ChannelWriter<StripMessage> page)
    {
        lock (_gate)
        {
            if (!_pages.Remove(page) || _pages.Count > 0) return;
            _reading?.Cancel();
            _reading?.Dispose();
            _reading = null;
        }
    }

    private async Task ReadAsync(string path, Action<GatewayEvent> take, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var next in events.ReadAsync(path, cancellationToken)) take(next);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The last page was closed.
        }
        catch (Exception e)
        {
            logger.LogError(e, "The event stream {Path} is not read any more.", path);
            Change(s => s with { Connection = Connection.Lost });
        }
    }

    private void OnPipeline(GatewayEvent next)
    {
        switch (next.Kind)
        {
            case "connection-opened":
                Change(s => s with { Connection = Connection.Live });
                break;
            case "connection-lost":
                Change(s => s with { Connection = Connection.Lost });
                break;
            case "pipeline":
                var figures = next.Read(GatewayJson.Default.PipelineFigures);
                Change(s => s with { Figures = figures });
                break;
            case "ingested":
                int every = next.Read(GatewayJson.Default.IngestedFrame).Every;
                Change(s => s with { Every = every }, new StripMessage(next.Kind, next.Json));
                break;
            case "processed":
                TakeOutputs(next.Json);
                Change(s => s, new StripMessage(next.Kind, next.Json));
                break;
            case "batch":
                Change(s => s, new StripMessage(next.Kind, next.Json));
                break;
        }
    }

    private void OnDecision(GatewayEvent next)
    {
        if (next.Kind != "decision" || !MayParse()) return;
        Add(next.Read(GatewayJson.Default.DecisionItem));
    }

    private void TakeOutputs(string frame)
    {
        foreach (var record in JsonSerializer.Deserialize(frame, GatewayJson.Default.ProcessedFrame)!.Records)
        {
            // Outputs of other processors look otherwise.
            if (record.Output is not { } output || !output.TryGetProperty("outcome", out _)) continue;
            if (output.Deserialize(GatewayJson.Default.DecisionItem) is { } decision) Add(decision);
        }
    }

    private void Add(DecisionItem decision)
    {
        ImmutableList<DecisionItem> items;
        lock (_gate) items = _decisions.Add(decision);
        Change(s => s with { Decisions = items });
    }

    /// <summary>More than anybody can read are not worth their parsing.</summary>
    private bool MayParse()
    {
        long second = time.GetUtcNow().ToUnixTimeSeconds();
        if (second != _parseSecond) (_parseSecond, _parsedInSecond) = (second, 0);
        return _parsedInSecond++ < DecisionsParsedPerSecond;
    }

    private void Change(Func<FeedState, FeedState> change, StripMessage? message = null)
    {
        lock (_gate)
        {
            _state = change(_state) with { Version = _state.Version + 1 };
            if (message is not null)
            {
                _past.Enqueue((time.GetTimestamp(), message));
                Forget();
            }
            foreach (var page in _pages) page.TryWrite(message ?? StripMessage.StateChanged);
        }
    }

    private void Forget()
    {
        while (_past.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) > Past) _past.Dequeue();
    }
}

/// <summary>One page's share of the feed.</summary>
internal sealed class LivePage(ChannelReader<StripMessage> messages, Action close) : IDisposable
{
    public ChannelReader<StripMessage> Messages => messages;

    public void Dispose() => close();
}

/// <summary>A frame for the strips, as the API sent it.</summary>
internal sealed record StripMessage(string Kind, string Json)
{
    /// <summary>Nothing to draw: the feed's state changed.</summary>
    public static readonly StripMessage StateChanged = new("", "");
}

/// <summary>Whether events come.</summary>
public enum Connection { Connecting, Live, Lost }

/// <summary>Everything that is shown and not drawn.</summary>
/// <param name="Connection">Of the pipeline's event stream.</param>
/// <param name="Figures">Null before the first.</param>
/// <param name="Every">One event in so many is drawn.</param>
/// <param name="Decisions">Newest first.</param>
/// <param name="Version">Goes up with each change.</param>
public sealed record FeedState(Connection Connection, PipelineFigures? Figures, int Every, ImmutableList<DecisionItem> Decisions, long Version)
{
    public static readonly FeedState Start = new(Connection.Connecting, null, 1, [], 0);
}
