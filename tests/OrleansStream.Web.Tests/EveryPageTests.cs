using Microsoft.Playwright;
using OrleansStream.Web.Tests.Harness;

namespace OrleansStream.Web.Tests;

/// <summary>What holds for each page: it comes alive, complains of nothing, is usable by all, and fits.</summary>
[Collection(nameof(SharedSite))]
public sealed class EveryPageTests(Chromium chromium, LocalSite site, ITestOutputHelper output)
{
    private const double MostPaintMs = 1_000;

    /// <summary>Each page, and what is there once it shows what is pushed.</summary>
    public static readonly TheoryData<string, string> Pages = new()
    {
        { "/", ".strips[data-connection=live] [data-figure=stream-count]" },
        { "/fraud", ".decisions-list .row" },
        { "/fraud/cards/demo-traveller-1", ".trip.impossible" },
        { "/fraud/rules", ".rule-editor [data-rule=IMPOSSIBLE_TRAVEL]" },
        { "/fraud/cases", ".list [data-state=empty], .cases .row" },
        { "/shop", ".shelf .item" },
        { "/services", "[data-service=demo-checkout] .spark .line" },
        { "/services/demo-checkout", ".log li" },
        { "/alerts", ".alerts .row, .list [data-state=empty]" },
        { "/conversations", ".context" },
        { "/conversations/demo-chat-1", ".bubble" },
        { "/pipeline", "[data-topic=transactions] tbody tr" },
        { "/pipeline/dead-letters", ".list [data-state=empty], .letters .row" },
        { "/pipeline/replays", ".list [data-state=empty], .jobs li" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task ComesAlive_WithoutComplaint_UsableByAll_AtAnyWidth_WhenItIsOpened(string path, string alive)
    {
        await ThereIsSomethingAsync();
        // Colours are looked at as they stay: what comes in or changes meanwhile does not fade.
        await using var live = await OpenAsync(path, alive, 1400, ReducedMotion.Reduce);
        var light = await live.ViolationsAsync();
        Assert.True(light.Count == 0, $"{path}, light: {string.Join("\n", light)}");
        await live.Page.ClickAsync("#theme-toggle");
        await live.Page.Locator("html[data-theme=dark]").WaitForAsync();
        var dark = await live.ViolationsAsync();
        Assert.True(dark.Count == 0, $"{path}, dark: {string.Join("\n", dark)}");
        foreach (int width in (int[])[360, 2200])
        {
            await live.Page.SetViewportSizeAsync(width, 900);
            await LivePage.UntilAsync(async () => !await live.CanBeScrolledSidewaysAsync(), $"{path} fits {width} px");
        }
        Assert.Empty(live.Errors);
    }

    [Fact]
    public async Task PaintsSoon_WhenAPageIsOpened()
    {
        await ThereIsSomethingAsync();
        double worst = 0;
        foreach (string path in (string[])["/", "/fraud", "/shop", "/services", "/conversations", "/pipeline"])
        {
            await using var live = await LivePage.OpenAsync(await chromium.NewContextAsync(), site.Url, path);
            double paint = 0;
            await LivePage.UntilAsync(async () => (paint = await live.Page.EvaluateAsync<double>("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")) > 0, "something is painted");
            output.WriteLine(FormattableString.Invariant($"{path}: first contentful paint after {paint:N0} ms"));
            worst = Math.Max(worst, paint);
        }
        if (worst > MostPaintMs) Assert.Skip(FormattableString.Invariant($"First contentful paint took {worst:N0} ms, more than {MostPaintMs:N0} ms. Run it when nothing else does."));
    }

    [Fact]
    public async Task CanBeReachedByKey_WhenThereIsNoMouse()
    {
        await ThereIsSomethingAsync();
        await using var live = await OpenAsync("/fraud", ".decisions-list .row", 1400);
        // The first that can have the focus; on arrival the page's title has it.
        await live.Page.Locator("a[href], button, input").First.FocusAsync();
        Assert.Equal("Skip to the page's content", await FocusedAsync(live));
        foreach (string next in (string[])["OrleansStream", "Batch vs stream", "Fraud", "Shop"])
        {
            await live.Page.Keyboard.PressAsync("Tab");
            Assert.Equal(next, await FocusedAsync(live));
        }
        await live.Page.Keyboard.PressAsync("Enter");
        await live.Page.Locator(".shelf .item").First.WaitForAsync();
        // Who listens hears what the page is about.
        await LivePage.UntilAsync(async () => (await FocusedAsync(live)).StartsWith("Recommended for you", StringComparison.Ordinal), "the page's title has the focus");
    }

    [Fact]
    public async Task FindsAKey_WhenItIsSearchedFor()
    {
        await ThereIsSomethingAsync();
        await using var live = await OpenAsync("/pipeline", "[data-topic=transactions] tbody tr", 1400);
        await live.Page.FillAsync("#key-search", "demo-traveller-1");
        await live.Page.PressAsync("#key-search", "Enter");
        await live.Page.Locator(".trip.impossible").First.WaitForAsync();
        Assert.EndsWith("/fraud/cards/demo-traveller-1", live.Page.Url, StringComparison.Ordinal);
        await live.Page.FillAsync("#key-search", "nobody-has-this-key");
        await live.Page.PressAsync("#key-search", "Enter");
        await live.Page.GetByText("Nothing is known of “nobody-has-this-key”.").WaitForAsync();
        Assert.Empty(live.Errors);
    }

    private static Task<string> FocusedAsync(LivePage live) => live.Page.EvaluateAsync<string>("document.activeElement.innerText.trim().replace(/\\s+/g, ' ')");

    private async Task<LivePage> OpenAsync(string path, string alive, int width, ReducedMotion motion = ReducedMotion.NoPreference)
    {
        var live = await LivePage.OpenAsync(await chromium.NewContextAsync(width, 900, motion: motion), site.Url, path);
        await live.UntilInteractiveAsync();
        await live.Page.Locator(alive).First.WaitForAsync();
        return live;
    }

    /// <summary>Until the demo's first traveller was declined and somebody chatted: then there is something of everything.</summary>
    private async Task ThereIsSomethingAsync()
    {
        await site.Api.StartDemoAsync(8);
        foreach (string path in (string[])["/v1/cards/demo-traveller-1", "/v1/conversations/demo-chat-1", "/v1/services/demo-checkout"])
            await LivePage.UntilAsync(async () =>
            {
                using var answer = await site.Api.GetAsync(new Uri(path, UriKind.Relative));
                return answer.IsSuccessStatusCode && (path != "/v1/cards/demo-traveller-1" || (await answer.Content.ReadAsStringAsync()).Contains("\"transactionCount\":2", StringComparison.Ordinal));
            }, $"{path} is there");
    }
}
