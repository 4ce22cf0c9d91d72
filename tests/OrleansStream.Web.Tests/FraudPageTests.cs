using System.Net.Http.Json;
using Microsoft.Playwright;
using OrleansStream.Web.Tests.Harness;

namespace OrleansStream.Web.Tests;

/// <summary>What an analyst does.</summary>
[Collection(nameof(SharedSite))]
public sealed class FraudPageTests(Chromium chromium, LocalSite site)
{
    /// <summary>What stands there before the page is connected must be what is sent.</summary>
    [Fact]
    public async Task NamesBothCities_BeforeThePageIsInteractive()
    {
        string html = await site.Api.GetStringAsync(new Uri("/fraud", UriKind.Relative));
        foreach (var (id, city) in ((string, string)[])[("travel-from", "Delhi"), ("travel-to", "New York")])
            Assert.Matches($"<select id=\"{id}\"[^>]*>((?!</select>).)*<option selected[^>]*>{city}</option>", html);
    }

    [Fact]
    public async Task EndsInARedDeclineOnTheMap_WithoutReload_WhenACardIsUsedInDelhiThenInNewYork()
    {
        await using var live = await OpenAsync("/fraud");
        await live.Page.EvaluateAsync("window.notReloaded = true");
        await live.Page.GetByRole(AriaRole.Button, new() { Name = "Use the card in Delhi, then in New York" }).ClickAsync();
        var verdict = live.Page.Locator(".verdict[data-outcome=decline]");
        await verdict.WaitForAsync();
        Assert.Contains("11,756 km in 10 min", await verdict.InnerTextAsync(), StringComparison.Ordinal);
        string card = await live.Page.InputValueAsync("#travel-card");
        await live.Page.Locator($".decisions-list .row[data-card='{card}'][data-outcome=decline]").WaitForAsync();
        await live.Page.ClickAsync(".chip.approve");
        await LivePage.UntilAsync(async () => await live.Page.Locator(".decisions-list .row[data-outcome=decline]").CountAsync() == 0, "only the approved are listed");
        await verdict.GetByText("See it on the map").ClickAsync();
        await live.Page.Locator(".trip.impossible").WaitForAsync();
        Assert.Contains("11,756 km in 10 min = 70,5", await live.Page.Locator(".trip-label text").TextContentAsync(), StringComparison.Ordinal);
        Assert.Equal(2, await live.Page.Locator(".timeline .step").CountAsync());
        await live.Page.Locator(".step.decline .link").ClickAsync();
        await live.Page.GetByText("the same, to the bit").WaitForAsync();
        Assert.Contains("Impossible travel", await live.Page.Locator(".explanation tbody tr th").AllInnerTextsAsync());
        Assert.True(await live.Page.EvaluateAsync<bool>("window.notReloaded === true"));
        Assert.Empty(live.Errors);
    }

    [Fact]
    public async Task ShowsTheNextUse_WhenACardsPageIsOpen()
    {
        string card = await UseAsync("follow", 1);
        await using var live = await OpenAsync($"/fraud/cards/{card}");
        await live.Page.Locator(".timeline .step").WaitForAsync();
        await PostAsync(card, 2);
        await LivePage.UntilAsync(async () => await live.Page.Locator(".timeline .step").CountAsync() == 3, "the new uses are there");
        Assert.Empty(live.Errors);
    }

    [Fact]
    public async Task SaysWhatIsWrongWhereItIs_ThenTriesAndActivates_WhenRulesAreChanged()
    {
        await UseAsync("rules", 3);
        await using var live = await OpenAsync("/fraud/rules");
        var review = live.Page.Locator("[data-path='thresholds.review']");
        await review.FillAsync("1000");
        await live.Page.ClickAsync("#activate");
        await live.Page.Locator("[data-path='thresholds.review'][aria-invalid=true]").WaitForAsync();
        await review.FillAsync("4");
        await live.Page.ClickAsync("#start-shadow");
        await live.Page.Locator("[data-shadow=on]").WaitForAsync();
        await live.Page.ClickAsync("#backtest");
        await live.Page.Locator(".job[data-status=completed]").WaitForAsync();
        await live.Page.Locator("[data-figure=flipped]").WaitForAsync();
        await review.FillAsync("50");
        await live.Page.Locator("[data-path='rules.IMPOSSIBLE_TRAVEL.maxSpeedKmh']").FillAsync("950");
        await live.Page.ClickAsync("#activate");
        await live.Page.GetByText("version 2", new() { Exact = true }).WaitForAsync();
        Assert.Contains("\"maxSpeedKmh\":950", await site.Api.GetStringAsync(new Uri("/v1/rules/fraud", UriKind.Relative)), StringComparison.Ordinal);
        Assert.All(live.Errors, e => Assert.Contains("422", e, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ClosesACase_WhenAnAnalystSaysThatItIsGenuine()
    {
        string card = $"case-{Guid.NewGuid():N}"[..16];
        // Three declines by the issuer, then an approval: somebody tries a card out, and it has too little history to be declined for it.
        await PostAsync(card, 3, "declined");
        await PostAsync(card, 1, "approved");
        await using var live = await OpenAsync("/fraud/cases");
        var mine = live.Page.Locator(".case").Filter(new() { HasText = card });
        await mine.GetByRole(AriaRole.Textbox).FillAsync("the holder was travelling");
        await mine.GetByRole(AriaRole.Button, new() { Name = "Genuine" }).ClickAsync();
        await mine.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await live.Page.GetByRole(AriaRole.Button, new() { Name = "Dismissed" }).ClickAsync();
        await mine.WaitForAsync();
        Assert.Contains("the holder was travelling", await mine.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(live.Errors);
    }

    private async Task<LivePage> OpenAsync(string path)
    {
        var live = await LivePage.OpenAsync(await chromium.NewContextAsync(), site.Url, path);
        await live.UntilInteractiveAsync();
        return live;
    }

    private async Task<string> UseAsync(string name, int count)
    {
        string card = $"{name}-{Guid.NewGuid():N}"[..16];
        await PostAsync(card, count);
        return card;
    }

    private async Task PostAsync(string card, int count, string? authorization = null)
    {
        using var answer = await site.Api.PostAsJsonAsync(
            new Uri("/v1/transactions", UriKind.Relative), Enumerable.Range(0, count).Select(_ => new { id = Guid.NewGuid().ToString("N"), cardId = card, amount = 5, authorization }));
        answer.EnsureSuccessStatusCode();
    }
}
