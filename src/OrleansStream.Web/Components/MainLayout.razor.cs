using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OrleansStream.Web.Gateway;
using OrleansStream.Web.Live;

namespace OrleansStream.Web.Components;

/// <summary>
/// What all pages have around them. While one is open it keeps the feed of the pipeline open, starts the demo load unless somebody has stopped it, and says whether the API answers.
/// </summary>
public sealed partial class MainLayout : IAsyncDisposable
{
    private readonly CancellationTokenSource _closed = new();
    private bool _dark;
    private DotNetObjectReference<MainLayout>? _self;
    private ElementReference _main;
    private LivePage? _page;
    private Task _watching = Task.CompletedTask;
    private FeedState _state = FeedState.Start;

    [Inject] private LiveFeed Feed { get; set; } = null!;

    [Inject] private DemoControl Demo { get; set; } = null!;

    [Inject] private Announcer Announcer { get; set; } = null!;

    [Inject] private IJSRuntime JS { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [Inject] private ILogger<MainLayout> Logger { get; set; } = null!;

    private string SkipTarget => $"{Navigation.ToBaseRelativePath(Navigation.Uri).Split('#')[0]}#main";

    protected override void OnInitialized() => Announcer.Changed += OnAnnounced;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        _self = DotNetObjectReference.Create(this);
        await JS.InvokeVoidAsync("orleansStreamTheme.watch", _self);
        _page = Feed.Open(withPast: false);
        _watching = WatchAsync(_page, _closed.Token);
        try
        {
            await Demo.BeginAsync(_closed.Token);
        }
        catch (GatewayException e)
        {
            Logger.LogDebug(e, "The demo load could not be started.");
        }
    }

    /// <summary>The browser says which theme it shows: now, and whenever that changes.</summary>
    [JSInvokable]
    public void OnTheme(bool dark)
    {
        _dark = dark;
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        Announcer.Changed -= OnAnnounced;
        await _closed.CancelAsync();
        _page?.Dispose();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closed.Dispose();
        _self?.Dispose();
    }

    private async Task WatchAsync(LivePage page, CancellationToken cancellationToken)
    {
        while (await page.Messages.WaitToReadAsync(cancellationToken))
        {
            while (page.Messages.TryRead(out _))
            {
                // Only whether the API answers is of interest here.
            }
            var next = Feed.State;
            if (next.Connection == _state.Connection) continue;
            bool again = (next.Connection, _state.Connection) is (Connection.Live, Connection.Lost);
            _state = next;
            await InvokeAsync(() =>
            {
                if (next.Connection == Connection.Lost) Announcer.Say("Disconnected from the gateway.");
                else if (again) Announcer.Say("Connected again.");
                StateHasChanged();
            });
        }
    }

    private void OnAnnounced() => InvokeAsync(StateHasChanged);

    private async Task SkipAsync() => await _main.FocusAsync();

    private async Task ToggleAsync() => await JS.InvokeVoidAsync("orleansStreamTheme.toggle");
}
