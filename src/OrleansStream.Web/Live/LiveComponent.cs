using System.Threading.Channels;
using Microsoft.AspNetCore.Components;
using OrleansStream.Web.Gateway;

namespace OrleansStream.Web.Live;

/// <summary>
/// A component that shows what is pushed. It follows event streams of the API for as long as it is there, takes what came together, and renders at most ten times a second;
/// streams are resumed by <see cref="GatewayEvents"/>.
/// </summary>
public abstract class LiveComponent : ComponentBase, IAsyncDisposable
{
    private const int Held = 512;
    private static readonly TimeSpan RenderPause = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource _closed = new();
    private readonly List<Task> _following = [];
    private CancellationTokenSource? _current;

    [Inject] private GatewayEvents Events { get; set; } = null!;

    [Inject] private TimeProvider Time { get; set; } = null!;

    [Inject] private ILogger<LiveComponent> Logger { get; set; } = null!;

    [Inject] private protected Announcer Announcer { get; set; } = null!;

    /// <summary>Ends with the component.</summary>
    protected CancellationToken Closed => _closed.Token;

    /// <summary>Whether what is followed comes.</summary>
    protected Connection Connection { get; private set; } = Connection.Connecting;

    /// <summary>What went wrong last, for people; empty when nothing did.</summary>
    protected string Error { get; set; } = "";

    /// <summary>Events that were passed over because more came than anybody can read.</summary>
    protected long PassedOver { get; private set; }

    /// <summary>Follows a stream until the component is gone. Events are taken on the renderer's thread.</summary>
    private protected void Follow(string path, Func<GatewayEvent, Task> take) => _following.Add(FollowAsync(path, take, Closed));

    /// <summary>Follows this stream in place of the one before it.</summary>
    private protected void Refollow(string path, Func<GatewayEvent, Task> take)
    {
        _current?.Cancel();
        _current = CancellationTokenSource.CreateLinkedTokenSource(Closed);
        _following.Add(FollowAsync(path, take, _current.Token));
    }

    /// <summary>Looks again whenever the feed that all pages share has changed.</summary>
    private protected void Watch(LivePage page, Func<Task> look, TimeSpan? pause = null) => _following.Add(WatchAsync(page, look, pause ?? RenderPause, Closed));

    /// <inheritdoc cref="Watch(LivePage, Func{Task}, TimeSpan?)"/>
    private protected void Watch(LivePage page, Action look) => Watch(page, () =>
    {
        look();
        return Task.CompletedTask;
    });

    /// <summary>Does what somebody asked for; what the API refuses is shown.</summary>
    protected async Task<bool> TryAsync(Func<Task> action)
    {
        try
        {
            await action();
            Error = "";
            return true;
        }
        catch (GatewayException e)
        {
            Error = e.Message;
            Announcer.Say(e.Message);
        }
        catch (OperationCanceledException) when (Closed.IsCancellationRequested)
        {
            // The page was closed meanwhile.
        }
        return false;
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await Task.WhenAll(_following).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _current?.Dispose();
        _closed.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task FollowAsync(string path, Func<GatewayEvent, Task> take, CancellationToken cancellationToken)
    {
        var waiting = Channel.CreateBounded<GatewayEvent>(new BoundedChannelOptions(Held) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, _ => PassedOver++);
        try
        {
            var reading = ReadAsync(path, waiting.Writer, cancellationToken);
            while (await waiting.Reader.WaitToReadAsync(cancellationToken))
            {
                await InvokeAsync(async () =>
                {
                    while (!cancellationToken.IsCancellationRequested && waiting.Reader.TryRead(out var next)) await TakeAsync(next, take);
                    if (!cancellationToken.IsCancellationRequested) StateHasChanged();
                });
                await Task.Delay(RenderPause, Time, cancellationToken);
            }
            await reading;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody looks any more.
        }
        catch (Exception e)
        {
            Logger.LogError(e, "The event stream {Path} is not shown any more.", path);
            if (!cancellationToken.IsCancellationRequested) await InvokeAsync(() => Connection = Connection.Lost);
        }
    }

    private async Task WatchAsync(LivePage page, Func<Task> look, TimeSpan pause, CancellationToken cancellationToken)
    {
        while (await page.Messages.WaitToReadAsync(cancellationToken))
        {
            while (page.Messages.TryRead(out _))
            {
                // What is shown is the feed's state, not its frames.
            }
            await InvokeAsync(async () =>
            {
                await TryAsync(look);
                if (!cancellationToken.IsCancellationRequested) StateHasChanged();
            });
            await Task.Delay(pause, Time, cancellationToken);
        }
    }

    private async Task ReadAsync(string path, ChannelWriter<GatewayEvent> waiting, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var next in Events.ReadAsync(path, cancellationToken)) waiting.TryWrite(next);
        }
        finally
        {
            waiting.TryComplete();
        }
    }

    private Task TakeAsync(GatewayEvent next, Func<GatewayEvent, Task> take)
    {
        if (next == GatewayEvent.Opened) Connection = Connection.Live;
        else if (next == GatewayEvent.Lost) Connection = Connection.Lost;
        else return TryAsync(() => take(next));
        return Task.CompletedTask;
    }
}
