using Microsoft.Playwright;
using OrleansStream.Web.Tests.Harness;

namespace OrleansStream.Web.Tests;

/// <summary>The pictures of the README: made only when <c>ORLEANSSTREAM_SCREENSHOTS</c> says where to (<c>eng/screenshots</c>).</summary>
[Collection(nameof(SharedSite))]
public sealed class ScreenshotTests(Chromium chromium, LocalSite site)
{
    [Fact]
    public async Task ShowsBatchAgainstStream_WhenAPictureIsAskedFor()
    {
        await using var live = await OpenAsync("/", ColorScheme.Light);
        await live.UntilLiveAsync();
        await live.UntilDotsAsync(30);
        await live.Page.ClickAsync("#travel");
        await live.Page.Locator(".verdict").WaitForAsync();
        await LivePage.UntilAsync(async () => await live.FigureAsync("staleness") > 2.5, "a batch is due");
        await SaveAsync(live, "batch-vs-stream");
    }

    [Theory]
    [InlineData("fraud", "/fraud", "#travel", ".decisions-list .row:nth-child(6)", ColorScheme.Light)]
    [InlineData("card", "/fraud/cards/demo-traveller-1", ".step.decline .link", ".explanation table", ColorScheme.Dark)]
    [InlineData("rules", "/fraud/rules", "#backtest", ".job[data-status=completed]", ColorScheme.Light)]
    [InlineData("cases", "/fraud/cases", null, ".chips", ColorScheme.Light)]
    [InlineData("shop", "/shop", "[data-item=demo-running-shoes-0] .look,[data-item=demo-running-shoes-1] .look,[data-item=demo-running-shoes-2] .look", ".recommended [data-reason=category]", ColorScheme.Light)]
    [InlineData("services", "/services", "[data-service=demo-search] .fail", ".service.firing", ColorScheme.Dark)]
    [InlineData("service", "/services/demo-checkout", null, ".log li:nth-child(8)", ColorScheme.Light)]
    [InlineData("alerts", "/alerts", null, ".list", ColorScheme.Light)]
    [InlineData("conversations", "/conversations", "#play", "[data-fact=numTickets] >> text=5", ColorScheme.Light)]
    [InlineData("pipeline", "/pipeline", null, "[data-topic=transactions] .hot-key", ColorScheme.Dark)]
    [InlineData("dead-letters", "/pipeline/dead-letters", null, ".list", ColorScheme.Light)]
    [InlineData("replays", "/pipeline/replays", null, ".list", ColorScheme.Light)]
    public async Task ShowsThePage_WhenAPictureIsAskedFor(string name, string path, string? clicks, string until, ColorScheme scheme)
    {
        await using var live = await OpenAsync(path, scheme);
        foreach (string click in clicks?.Split(',') ?? []) await live.Page.Locator(click).First.ClickAsync();
        await live.Page.Locator(until).First.WaitForAsync();
        await SaveAsync(live, name);
    }

    private async Task<LivePage> OpenAsync(string path, ColorScheme scheme)
    {
        Assert.SkipWhen(Folder is null, "eng/screenshots makes the README's pictures anew.");
        await site.Api.StartDemoAsync(4);
        if (path.StartsWith("/fraud/cards/", StringComparison.Ordinal))
            await LivePage.UntilAsync(async () =>
            {
                using var answer = await site.Api.GetAsync(new Uri("/v1/cards/demo-traveller-1", UriKind.Relative));
                return answer.IsSuccessStatusCode && (await answer.Content.ReadAsStringAsync()).Contains("\"transactionCount\":2", StringComparison.Ordinal);
            }, "the traveller came");
        var live = await LivePage.OpenAsync(await chromium.NewContextAsync(1400, 920, scheme), site.Url, path);
        await live.UntilInteractiveAsync();
        return live;
    }

    private static string? Folder => Environment.GetEnvironmentVariable("ORLEANSSTREAM_SCREENSHOTS") is { Length: > 0 } folder ? folder : null;

    private static async Task SaveAsync(LivePage live, string name)
    {
        string path = Path.Combine(OrleansStream.Testing.Repository.Root(), Folder!, $"{name}.png");
        await live.Page.ScreenshotAsync(new() { Path = path, FullPage = true });
        Assert.True(new FileInfo(path).Length > 10_000);
    }
}
