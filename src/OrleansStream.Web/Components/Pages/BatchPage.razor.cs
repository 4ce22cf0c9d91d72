using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OrleansStream.Web.Live;

namespace OrleansStream.Web.Components.Pages;

/// <summary>
/// The first page. Frames go to the strips as they come, several at once when they come fast; the rest of the page is rendered when something changed, at most ten
/// times a second.
/// </summary>
public sealed partial class BatchPage
{
    private static readonly TimeSpan FramePause = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan RenderPause = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource _closed = new();
    private FeedState _state = FeedState.Start;
    private ElementReference _strips;
    private IJSObjectReference? _module;
    private LivePage? _page;
    private Task _showing = Task.CompletedTask;

    private string IntervalText => _state.Figures is { } figures ? $"{figures.Batch.IntervalSeconds:0.#} seconds" : "few seconds";

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        _module = await JS.InvokeAsync<IJSObjectReference>("import", "/pages/strips.js");
        await _module.InvokeVoidAsync("start", _strips);
        _page = Feed.Open();
        _showing = ShowAsync(_page, _closed.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        _page?.Dispose();
        await _showing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closed.Dispose();
        try
        {
            if (_module is not null) await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser went first.
        }
    }

    private async Task ShowAsync(LivePage page, CancellationToken cancellationToken)
    {
        long rendered = 0, renderedVersion = -1;
        while (await page.Messages.WaitToReadAsync(cancellationToken))
        {
            var kinds = new List<string>();
            var frames = new List<string>();
            while (page.Messages.TryRead(out var message))
            {
                if (message == StripMessage.StateChanged) continue;
                kinds.Add(message.Kind);
                frames.Add(message.Json);
            }
            if (kinds.Count > 0) await _module!.InvokeVoidAsync("push", cancellationToken, kinds, frames);
            var next = Feed.State;
            if (next.Version != renderedVersion)
            {
                if (rendered != 0 && RenderPause - Time.GetElapsedTime(rendered) is { Ticks: > 0 } early) await Task.Delay(early, Time, cancellationToken);
                (rendered, next) = (Time.GetTimestamp(), Feed.State);
                renderedVersion = next.Version;
                await InvokeAsync(() => Show(next));
            }
            await Task.Delay(FramePause, Time, cancellationToken);
        }
    }

    private void Show(FeedState next)
    {
        _state = next;
        StateHasChanged();
    }
}
