using Microsoft.Playwright;
using OrleansStream.Web.Tests.Harness;

namespace OrleansStream.Web.Tests;

/// <summary>What an operator of the pipeline does.</summary>
public sealed class PipelinePageTests(Chromium chromium, PoisonedSite site) : IClassFixture<PoisonedSite>
{
    [Fact]
    public async Task SendsItAgain_WhenADeadLetterIsRedriven()
    {
        await using var live = await OpenAsync("/pipeline/dead-letters");
        string id = site.Letters[1];
        var letter = live.Page.Locator($"[data-letter='{id}']");
        await letter.GetByRole(AriaRole.Button, new() { Name = "Show the record" }).ClickAsync();
        await letter.Locator(".bytes").GetByText("{\"amount\":-1}").WaitForAsync();
        await letter.GetByRole(AriaRole.Button, new() { Name = $"Redrive {id}" }).ClickAsync();
        await live.Page.Locator($"[data-letter='{id}'][data-status=redriven]").WaitForAsync();
        // Its reason is still there: it fails again, as a letter of its own.
        await live.Page.Locator(".letter[data-status=open]").Filter(new() { HasText = $"sent again from {id}" }).WaitForAsync();
        Assert.Empty(live.Errors);
    }

    [Fact]
    public async Task ShowsPartitionsAndHotKeys_WhenEventsCome()
    {
        await using var live = await OpenAsync("/pipeline");
        var topic = live.Page.Locator("[data-topic=transactions]");
        await topic.Locator(".hot-key").First.WaitForAsync();
        Assert.Equal(4, await topic.Locator("tbody tr").CountAsync());
        string before = await topic.Locator("tbody").InnerTextAsync();
        await LivePage.UntilAsync(async () => await topic.Locator("tbody").InnerTextAsync() != before, "offsets go on");
        Assert.Empty(live.Errors);
    }

    [Fact]
    public async Task ReplaysToAKey_WhenItIsAskedFor()
    {
        await using var live = await OpenAsync("/pipeline/replays");
        await live.Page.FillAsync("#replay-target", "demo-card-1");
        await live.Page.ClickAsync("#replay");
        await live.Page.Locator(".job[data-status=completed]").First.WaitForAsync();
        Assert.Empty(live.Errors);
    }

    private async Task<LivePage> OpenAsync(string path)
    {
        var live = await LivePage.OpenAsync(await chromium.NewContextAsync(), site.Url, path);
        await live.UntilInteractiveAsync();
        return live;
    }
}
