using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace OrleansStream.Web.Tests.Harness;

/// <summary>A page, opened in a browser of its own, in the words of the tests.</summary>
internal sealed class LivePage : IAsyncDisposable
{
    private const int LimitMs = 60_000;
    private readonly IBrowserContext _context;
    private readonly List<string> _errors = [];

    private LivePage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.SetDefaultTimeout(LimitMs);
        page.Console += (_, message) =>
        {
            if (message.Type == "error") _errors.Add(message.Text);
        };
        page.PageError += (_, error) => _errors.Add(error);
        page.RequestFailed += (_, request) => _errors.Add($"{request.Url} {request.Failure}");
    }

    public IPage Page { get; }

    /// <summary>What the console, scripts and requests complained of.</summary>
    public IReadOnlyList<string> Errors => _errors;

    public static async Task<LivePage> OpenAsync(IBrowserContext context, Uri url)
    {
        var live = new LivePage(context, await context.NewPageAsync());
        await live.Page.GotoAsync(url.ToString());
        return live;
    }

    public static Task<LivePage> OpenAsync(IBrowserContext context, Uri url, string path) => OpenAsync(context, new Uri(url, path));

    /// <summary>Its interactive part is there.</summary>
    public Task UntilInteractiveAsync() => Page.Locator("html[data-interactive=true]").WaitForAsync();

    /// <summary>Serious and critical violations that axe-core finds, each with what it is about.</summary>
    public async Task<IReadOnlyList<string>> ViolationsAsync()
    {
        var result = await Page.RunAxe();
        return [.. result.Violations.Where(v => v.Impact is "serious" or "critical").Select(v => $"{v.Id}: {string.Join("; ", v.Nodes.Take(4).Select(n => $"{n.Target} {n.Html}"))}")];
    }

    public Task<bool> CanBeScrolledSidewaysAsync() => Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth");

    /// <summary>A figure as it stands there, for example <c>batch-count</c>; null while it is none.</summary>
    public async Task<double?> FigureAsync(string name)
    {
        string text = await Page.Locator($"[data-figure='{name}']").First.InnerTextAsync();
        return double.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out double value) ? value : null;
    }

    /// <summary>All figures as they stand there at one moment.</summary>
    public async Task<IReadOnlyDictionary<string, double>> FiguresAsync()
    {
        var texts = await Page.EvaluateAsync<Dictionary<string, string>>("Object.fromEntries([...document.querySelectorAll('[data-figure]')].map(e => [e.dataset.figure, e.innerText]))");
        return texts.ToDictionary(t => t.Key, t => double.TryParse(t.Value, NumberStyles.Number, CultureInfo.InvariantCulture, out double value) ? value : double.NaN);
    }

    /// <summary>What the strips say of themselves: <c>drawn</c>, <c>alive</c>, <c>open</c>, <c>runs</c>.</summary>
    public async Task<long> StripsAsync(string name) =>
        long.TryParse(await Page.Locator(".strips").GetAttributeAsync($"data-{name}"), CultureInfo.InvariantCulture, out long value) ? value : 0;

    public async Task<string> ConnectionAsync() => await Page.Locator(".strips").GetAttributeAsync("data-connection") ?? "";

    /// <summary>Waits until it is so; fails with what it was for.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what, int limitMs = LimitMs)
    {
        for (long started = Environment.TickCount64; !await condition(); await Task.Delay(50))
            Assert.True(Environment.TickCount64 - started < limitMs, $"Waited in vain until {what}.");
    }

    public Task UntilLiveAsync() => UntilAsync(async () => await ConnectionAsync() == "live" && await FigureAsync("stream-count") is not null, "the page is live");

    public Task UntilDotsAsync(long more = 3)
    {
        long? before = null;
        return UntilAsync(async () => await StripsAsync("drawn") is var drawn && drawn >= (before ??= drawn) + more, $"{more} more dots are drawn");
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}

/// <summary>The API, asked beside the page.</summary>
internal static class ApiCalls
{
    public static async Task<JsonElement> FiguresAsync(this HttpClient api) => await api.GetFromJsonAsync<JsonElement>(new Uri("/v1/pipeline", UriKind.Relative));

    public static async Task StartDemoAsync(this HttpClient api, double ratePerSecond)
    {
        using var answer = await api.PutAsJsonAsync(new Uri("/v1/demo", UriKind.Relative), new { ratePerSecond });
        answer.EnsureSuccessStatusCode();
    }

    public static async Task StopDemoAsync(this HttpClient api)
    {
        using var answer = await api.DeleteAsync(new Uri("/v1/demo", UriKind.Relative));
        answer.EnsureSuccessStatusCode();
    }

    public static async Task SetIntervalAsync(this HttpClient api, double intervalSeconds)
    {
        using var answer = await api.PutAsJsonAsync(new Uri("/v1/pipeline/batch", UriKind.Relative), new { intervalSeconds });
        answer.EnsureSuccessStatusCode();
    }
}
