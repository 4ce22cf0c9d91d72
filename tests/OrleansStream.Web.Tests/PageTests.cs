using System.Text.Json;
using Microsoft.Playwright;
using OrleansStream.Web.Tests.Harness;

namespace OrleansStream.Web.Tests;

/// <summary>What a person sees and does on the first page of Local.</summary>
public sealed class PageTests(Chromium chromium, LocalSite site) : IClassFixture<LocalSite>
{
    private const string NotReloaded = "window.notReloaded === true";

    [Fact]
    public async Task ComesAliveByItself_WhenAPersonOpensIt()
    {
        await using var live = await OpenAsync();
        await live.UntilDotsAsync();
        Assert.Empty(live.Errors);
    }

    [Fact]
    public async Task StartsNothing_WhenOnlyItsTextIsFetched()
    {
        var before = await DemoAsync();
        string html = await site.Api.GetStringAsync(new Uri("/", UriKind.Relative));
        Assert.Contains("data-state=\"loading\"", html, StringComparison.Ordinal);
        var after = await DemoAsync();
        Assert.Equal(before.GetProperty("running").GetBoolean(), after.GetProperty("running").GetBoolean());
        Assert.Equal(before.GetProperty("asked").GetBoolean(), after.GetProperty("asked").GetBoolean());
    }

    [Fact]
    public async Task ShowsTheApisCounts_WhenTheDemoIsPaused()
    {
        await using var live = await OpenAsync();
        await live.UntilDotsAsync();
        await live.Page.ClickAsync("#demo-toggle");
        await live.Page.GetByRole(AriaRole.Button, new() { Name = "Start the demo load" }).WaitForAsync();
        JsonElement figures = default;
        await LivePage.UntilAsync(async () =>
        {
            figures = await site.Api.FiguresAsync();
            return figures.GetProperty("lag").GetInt64() == 0 && figures.GetProperty("batch").GetProperty("count").GetInt64() == figures.GetProperty("ingested").GetInt64();
        }, "the batch is level");
        await LivePage.UntilAsync(async () => await live.FigureAsync("batch-count") == figures.GetProperty("batch").GetProperty("count").GetInt64(), "the page has the batch's count");
        long ingested = figures.GetProperty("ingested").GetInt64(), decided = figures.GetProperty("stream").GetProperty("count").GetInt64();
        await LivePage.UntilAsync(async () => await live.FigureAsync("batch-reality") == ingested && await live.FigureAsync("stream-reality") == ingested, "both strips know what was handed in");
        await LivePage.UntilAsync(async () => await live.FigureAsync("stream-count") == decided && await live.FigureAsync("staleness") == 0, "the page has the stream's count, and nothing is stale");
        await live.Page.ClickAsync("#demo-toggle");
        await live.UntilDotsAsync();
        Assert.Empty(live.Errors);
    }

    [Fact]
    public async Task StalenessGrowsAndFalls_WithTheBatches()
    {
        await site.Api.SetIntervalAsync(4);
        await using var live = await OpenAsync();
        for (int round = 0; round < 2; round++)
        {
            IReadOnlyDictionary<string, double> stale = null!;
            await LivePage.UntilAsync(async () => (stale = await live.FiguresAsync())["staleness"] > 1.5, "staleness grows");
            Assert.True(stale["batch-reality"] > stale["batch-count"], "Something is unseen.");
            await LivePage.UntilAsync(async () => await live.FiguresAsync() is var now && now["batch-count"] > stale["batch-count"] && now["staleness"] < 1.5, "staleness falls with the batch");
        }
        Assert.True(await live.StripsAsync("runs") >= 2);
        Assert.Empty(live.Errors);
    }

    [Fact]
    public async Task EndsInARedDeclineWithoutReload_WhenTheButtonIsPressed()
    {
        await using var live = await OpenAsync();
        await live.Page.EvaluateAsync("window.notReloaded = true");
        await live.Page.GetByRole(AriaRole.Button, new() { Name = "Use a card in Delhi, then in New York" }).ClickAsync();
        var verdict = live.Page.Locator(".verdict[data-outcome=decline]");
        await verdict.WaitForAsync();
        Assert.Contains("Impossible travel 11,756 km in 10 min", await verdict.InnerTextAsync(), StringComparison.Ordinal);
        await AssertRedAsync(verdict.Locator("strong"));
        string card = (await verdict.Locator("small").InnerTextAsync()).Trim();
        var listed = live.Page.Locator($".decisions li[data-card='{card}'][data-outcome=decline]");
        await listed.WaitForAsync();
        await AssertRedAsync(listed.Locator("b"));
        Assert.Contains("11,756 km in 10 min", await listed.InnerTextAsync(), StringComparison.Ordinal);
        Assert.True(await live.Page.EvaluateAsync<bool>(NotReloaded));
        Assert.Empty(live.Errors);
    }

    [Fact]
    public async Task DrawsNothing_WhenNoEventHappens()
    {
        await using var live = await OpenAsync();
        await live.UntilDotsAsync();
        await site.Api.StopDemoAsync();
        await LivePage.UntilAsync(async () => await live.FigureAsync("stream-count") == (await site.Api.FiguresAsync()).GetProperty("ingested").GetInt64(), "the last event is shown");
        await LivePage.UntilAsync(async () => await live.StripsAsync("alive") == 0, "the dots have moved out");
        long drawn = await live.StripsAsync("drawn");
        // Far more frames than it takes to draw a dot of an event that came.
        await live.Page.EvaluateAsync("() => new Promise(done => { let left = 60; const next = () => --left > 0 ? requestAnimationFrame(next) : done(true); next(); })");
        Assert.Equal(drawn, await live.StripsAsync("drawn"));
        await site.Api.StartDemoAsync(5);
        await live.UntilDotsAsync();
        await site.Api.StartDemoAsync(1.7);
    }

    [Fact]
    public async Task ChangesRateAndInterval_WhenSlidersAreMovedByKey()
    {
        await using var live = await OpenAsync();
        await LivePage.UntilAsync(async () => (await DemoAsync()).GetProperty("running").GetBoolean(), "the demo runs");
        await site.Api.StartDemoAsync(1.7);
        await live.Page.GetByRole(AriaRole.Slider, new() { Name = "Rate" }).PressAsync("ArrowRight");
        await LivePage.UntilAsync(async () => (await DemoAsync()).GetProperty("ratePerSecond").GetDouble() == 1.9, "the rate changes");
        await site.Api.SetIntervalAsync(5);
        var interval = live.Page.GetByRole(AriaRole.Slider, new() { Name = "Batch" });
        await LivePage.UntilAsync(async () => await interval.InputValueAsync() == "5", "the slider shows what was set elsewhere");
        await interval.PressAsync("ArrowLeft");
        await LivePage.UntilAsync(async () => (await site.Api.FiguresAsync()).GetProperty("batch").GetProperty("intervalSeconds").GetDouble() == 4, "the interval changes");
        Assert.Empty(live.Errors);
        await site.Api.StartDemoAsync(1.7);
    }

    [Fact]
    public async Task IsQuietToWhoListens_WhileEventsCome()
    {
        await using var live = await OpenAsync();
        await live.UntilDotsAsync();
        await live.Page.EvaluateAsync(
            "window.said = 0; new MutationObserver(m => window.said += m.length).observe(document.querySelector('[role=status]'), { childList: true, characterData: true, subtree: true })");
        await live.UntilDotsAsync(8);
        Assert.Equal(0, await live.Page.EvaluateAsync<int>("window.said"));
        await live.Page.ClickAsync("#travel");
        await LivePage.UntilAsync(async () => (await live.Page.Locator("[role=status]").InnerTextAsync()).StartsWith("Declined", StringComparison.Ordinal), "the outcome is said");
    }

    [Theory]
    [InlineData(360)]
    [InlineData(768)]
    [InlineData(1400)]
    [InlineData(2200)]
    public async Task FitsItsWidth_WhenTheWindowIs(int width)
    {
        await using var live = await LivePage.OpenAsync(await chromium.NewContextAsync(width, 800), site.Url);
        await live.UntilLiveAsync();
        Assert.False(await live.CanBeScrolledSidewaysAsync(), "It can be scrolled sideways.");
        Assert.Empty(live.Errors);
    }

    [Fact]
    public async Task FollowsTheSystemsTheme_UntilOneIsChosen()
    {
        await using var live = await LivePage.OpenAsync(await chromium.NewContextAsync(scheme: ColorScheme.Dark), site.Url);
        await live.UntilLiveAsync();
        Assert.Equal("dark", await ThemeAsync(live));
        await live.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await LivePage.UntilAsync(async () => await ThemeAsync(live) == "light", "it follows the system");
        await live.Page.ClickAsync("#theme-toggle");
        await LivePage.UntilAsync(async () => await ThemeAsync(live) == "dark", "it is as chosen");
        await live.Page.ReloadAsync();
        Assert.Equal("dark", await ThemeAsync(live));
        Assert.Empty(live.Errors);
    }

    [Fact]
    public async Task MovesInSteps_WhenMotionIsUnwelcome()
    {
        await using var live = await LivePage.OpenAsync(await chromium.NewContextAsync(motion: ReducedMotion.Reduce), site.Url);
        await live.UntilLiveAsync();
        await live.UntilDotsAsync();
        Assert.Empty(live.Errors);
    }

    [Fact]
    public async Task FetchesNothingFromElsewhere_WhenItIsOpened()
    {
        var context = await chromium.NewContextAsync();
        var hosts = new HashSet<string>();
        context.Request += (_, request) => hosts.Add(new Uri(request.Url).Authority);
        await using var live = await LivePage.OpenAsync(context, site.Url);
        await live.UntilLiveAsync();
        Assert.Equal([site.Url.Authority], hosts);
        using var answer = await site.Api.GetAsync(new Uri("/", UriKind.Relative));
        string policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
    }

    private async Task<LivePage> OpenAsync()
    {
        // Whoever ran before may have paused it.
        if (await DemoAsync() is var demo && demo.GetProperty("asked").GetBoolean() && !demo.GetProperty("running").GetBoolean()) await site.Api.StartDemoAsync(1.7);
        var live = await LivePage.OpenAsync(await chromium.NewContextAsync(), site.Url);
        await live.UntilLiveAsync();
        return live;
    }

    private async Task<JsonElement> DemoAsync() => JsonDocument.Parse(await site.Api.GetStringAsync(new Uri("/v1/demo", UriKind.Relative))).RootElement;

    private static Task<string> ThemeAsync(LivePage live) => live.Page.EvaluateAsync<string>("document.documentElement.dataset.theme");

    private static async Task AssertRedAsync(ILocator text)
    {
        string colour = await text.EvaluateAsync<string>("e => getComputedStyle(e).color");
        int[] rgb = [.. colour[(colour.IndexOf('(') + 1)..].TrimEnd(')').Split(',').Take(3).Select(c => int.Parse(c, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.True(rgb[0] > 150 && rgb[0] > 2 * rgb[1], $"{colour} is not red.");
    }
}
