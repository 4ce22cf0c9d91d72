using System.Net.Http.Json;
using System.Text.Json;
using OrleansStream.Testing;
using OrleansStream.Web.Tests.Harness;

namespace OrleansStream.Web.Tests;

/// <summary>What the page does while the server, or the way to it, is gone.</summary>
public sealed class OutageTests(Chromium chromium, LocalSite site) : IClassFixture<LocalSite>
{
    [Fact]
    public async Task StopsAndSaysSo_ThenGoesOnByItself_WhenTheServerIsKilled()
    {
        await site.Api.StartDemoAsync(2);
        await using var live = await LivePage.OpenAsync(await chromium.NewContextAsync(), site.Url);
        await live.UntilLiveAsync();
        await live.UntilDotsAsync();
        var before = await site.Api.FiguresAsync();
        await site.KillAsync();
        await live.Page.GetByText("Disconnected from the server").WaitForAsync();
        long drawn = await live.StripsAsync("drawn");
        await LivePage.UntilAsync(async () => await live.StripsAsync("alive") == 0, "the dots have moved out");
        Assert.Equal(drawn, await live.StripsAsync("drawn"));
        await site.StartAgainAsync();
        await live.Page.GetByText("Disconnected from the server").WaitForAsync(new() { State = Microsoft.Playwright.WaitForSelectorState.Hidden });
        await live.UntilLiveAsync();
        await live.UntilDotsAsync();
        Assert.True(await live.FigureAsync("stream-count") >= before.GetProperty("processed").GetInt64());
    }

    [Fact]
    public async Task StopsAndSaysSo_ThenGoesOnWithoutReload_WhenTheGatewayBehindItIsKilled()
    {
        await site.Api.StartDemoAsync(2);
        await using var web = await WebProcess.StartAsync(site.Url);
        await using var live = await LivePage.OpenAsync(await chromium.NewContextAsync(), web.Url);
        await live.UntilLiveAsync();
        await live.UntilDotsAsync();
        await live.Page.EvaluateAsync("window.notReloaded = true");
        await site.KillAsync();
        await live.Page.Locator(".banner[data-state=lost]").WaitForAsync();
        // The banner is the layout's; the strips are the page's, which renders at most ten times a second.
        await LivePage.UntilAsync(async () => await live.ConnectionAsync() == "lost", "the strips say so too");
        long drawn = await live.StripsAsync("drawn");
        await LivePage.UntilAsync(async () => await live.StripsAsync("alive") == 0, "the dots have moved out");
        Assert.Equal(drawn, await live.StripsAsync("drawn"));
        await site.StartAgainAsync();
        await LivePage.UntilAsync(async () => await live.ConnectionAsync() == "live", "the page is connected again");
        await site.Api.StartDemoAsync(5);
        await live.UntilDotsAsync();
        await site.Api.StopDemoAsync();
        await LivePage.UntilAsync(async () =>
        {
            var figures = await site.Api.FiguresAsync();
            return figures.GetProperty("lag").GetInt64() == 0 && await live.FigureAsync("stream-count") == figures.GetProperty("ingested").GetInt64();
        }, "the page has the API's count");
        Assert.True(await live.Page.EvaluateAsync<bool>("window.notReloaded === true"));
        Assert.Empty(live.Errors);
    }

    [Fact]
    public async Task HasEverythingThatHappenedMeanwhile_WhenItResumes()
    {
        await site.Api.StopDemoAsync();
        using var gate = new TcpGate(site.Url);
        await using var web = await WebProcess.StartAsync(gate.Url);
        await using var live = await LivePage.OpenAsync(await chromium.NewContextAsync(), web.Url);
        await live.UntilLiveAsync();
        // Somebody else keeps the pipeline's events flowing; the page's way to them is closed.
        using var other = await site.Api.GetAsync(new Uri("/v1/pipeline/stream?records=true", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await PostAsync("before", 1);
        await LivePage.UntilAsync(async () => await live.StripsAsync("drawn") >= 1, "the first event is drawn");
        long drawn = await live.StripsAsync("drawn");
        gate.Close();
        await live.Page.Locator(".banner[data-state=lost]").WaitForAsync();
        // So many that the pipeline's events show decisions of a few only: the decline comes with the stream of decisions, on which nothing has come before.
        await PostAsync("meanwhile", 60);
        string card = await DeclineAsync();
        gate.Open();
        await live.Page.Locator($".decisions li[data-card='{card}'][data-outcome=decline]").WaitForAsync();
        await LivePage.UntilAsync(async () => await live.StripsAsync("drawn") == drawn + 62, "each event of meanwhile is drawn, once");
        Assert.Empty(live.Errors);
    }

    [Fact]
    public async Task HasEachDeclineOnce_WhenTheFraudPageResumes()
    {
        await site.Api.StopDemoAsync();
        using var gate = new TcpGate(site.Url);
        await using var web = await WebProcess.StartAsync(gate.Url);
        await using var live = await LivePage.OpenAsync(await chromium.NewContextAsync(), web.Url, "/fraud");
        await live.UntilInteractiveAsync();
        await DeclineAsync("fraud-before");
        await live.Page.Locator(".row[data-card='fraud-before'][data-outcome=decline]").WaitForAsync();
        gate.Close();
        await live.Page.Locator(".banner[data-state=lost]").WaitForAsync();
        for (int i = 0; i < 5; i++) await DeclineAsync($"fraud-meanwhile-{i}");
        gate.Open();
        for (int i = 0; i < 5; i++) await live.Page.Locator($".row[data-card='fraud-meanwhile-{i}'][data-outcome=decline]").WaitForAsync();
        var shown = await live.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('[data-decision]')].map(e => e.dataset.decision)");
        Assert.Equal(shown.Length, shown.Distinct().Count());
        Assert.Equal(6, await live.Page.Locator(".row[data-outcome=decline][data-card^='fraud-']").CountAsync());
        Assert.Empty(live.Errors);
    }

    [Fact]
    public async Task SaysThatNothingHappenedYet_WhenTheLogIsEmpty()
    {
        var empty = new LocalSite();
        await empty.InitializeAsync();
        await using (empty)
        {
            await empty.Api.StopDemoAsync();
            await using var live = await LivePage.OpenAsync(await chromium.NewContextAsync(), empty.Url);
            await live.UntilLiveAsync();
            await live.Page.Locator(".batch [data-state=empty]").WaitForAsync();
            await live.Page.Locator(".decisions [data-state=empty]").WaitForAsync();
            await live.Page.ClickAsync("#demo-toggle");
            await live.UntilDotsAsync();
            await LivePage.UntilAsync(async () => await live.Page.Locator("[data-state=empty]").CountAsync() == 0, "nothing says any more that it is empty");
        }
    }

    private async Task PostAsync(string name, int count)
    {
        using var answer = await site.Api.PostAsJsonAsync(
            new Uri("/v1/transactions", UriKind.Relative), Enumerable.Range(0, count).Select(i => new { id = $"{name}-{i}", cardId = $"outage-{name}-{i}", amount = 1 }));
        answer.EnsureSuccessStatusCode();
    }

    private async Task<string> DeclineAsync(string card = "outage-traveller")
    {
        var now = TimeProvider.System.GetUtcNow();
        using var answer = await site.Api.PostAsJsonAsync(new Uri("/v1/transactions", UriKind.Relative), new object[]
        {
            new { id = "t-1", cardId = card, amount = 1, time = now.AddMinutes(-10), location = new { lat = 28.61, lon = 77.21 } },
            new { id = "t-2", cardId = card, amount = 1, time = now, location = new { lat = 40.71, lon = -74.01 } },
        });
        Assert.Equal(2, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accepted").GetInt32());
        return card;
    }
}
