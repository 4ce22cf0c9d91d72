using OrleansStream.Web.Tests.Harness;

namespace OrleansStream.Web.Tests;

/// <summary>What a visitor of the shop sees.</summary>
[Collection(nameof(SharedSite))]
public sealed class ShopPageTests(Chromium chromium, LocalSite site)
{
    [Fact]
    public async Task RecommendsRunningAccessories_WithoutReload_WhenThreeRunningShoesWereLookedAt()
    {
        await using var live = await LivePage.OpenAsync(await chromium.NewContextAsync(), site.Url, "/shop");
        await live.UntilInteractiveAsync();
        await live.Page.EvaluateAsync("window.notReloaded = true");
        for (int i = 0; i < 3; i++)
        {
            await live.Page.ClickAsync($"[data-item=demo-running-shoes-{i}] .look");
            await live.Page.Locator($".shelf [data-item=demo-running-shoes-{i}].seen").WaitForAsync();
            int steps = i + 1;
            await LivePage.UntilAsync(async () => await live.Page.Locator(".trail .row").CountAsync() == steps, "it stands in the session");
        }
        var first = live.Page.Locator(".recommended .row").First;
        await LivePage.UntilAsync(async () => await first.GetAttributeAsync("data-category") == "running-accessories", "what goes with them stands first");
        Assert.Equal("category", await first.GetAttributeAsync("data-reason"));
        Assert.Contains("goes with running shoes", await first.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await live.Page.Locator(".recommended [data-item=demo-running-shoes-0]").CountAsync());
        Assert.True(await live.Page.EvaluateAsync<bool>("window.notReloaded === true"));
        Assert.Empty(live.Errors);
    }
}
