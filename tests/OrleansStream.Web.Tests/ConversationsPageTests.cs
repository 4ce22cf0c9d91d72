using OrleansStream.Web.Tests.Harness;

namespace OrleansStream.Web.Tests;

/// <summary>A chat, and what is known beside it.</summary>
[Collection(nameof(SharedSite))]
public sealed class ConversationsPageTests(Chromium chromium, LocalSite site)
{
    [Fact]
    public async Task ChangesTheContextWithEachMessage_WhenSomebodyChangesTheirMind()
    {
        await using var live = await LivePage.OpenAsync(await chromium.NewContextAsync(), site.Url, "/conversations");
        await live.UntilInteractiveAsync();
        await SayAsync(live, "hi, buy 3 movie tickets for tomorrow");
        await FactAsync(live, "numTickets", "3");
        await FactAsync(live, "date", "tomorrow");
        await SayAsync(live, "actually make it 5");
        await FactAsync(live, "numTickets", "5");
        Assert.Equal(2, await live.Page.Locator(".bubble").CountAsync());
        await live.Page.Locator("[data-fact=numTickets] .link").HoverAsync();
        await live.Page.Locator(".bubble.lit").GetByText("actually make it 5").WaitForAsync();
        await live.Page.GetByText("Erase").ClickAsync();
        await live.Page.Locator(".bubble").First.WaitForAsync(new() { State = Microsoft.Playwright.WaitForSelectorState.Detached });
        Assert.Empty(live.Errors);
    }

    private static async Task SayAsync(LivePage live, string text)
    {
        await live.Page.FillAsync("#say", text);
        await live.Page.PressAsync("#say", "Enter");
        await live.Page.Locator(".bubble").GetByText(text).WaitForAsync();
    }

    private static Task FactAsync(LivePage live, string name, string value) => live.Page.Locator($"[data-fact={name}] dd b").GetByText(value, new() { Exact = true }).WaitForAsync();
}
