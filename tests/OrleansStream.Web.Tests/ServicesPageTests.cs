using Microsoft.Playwright;
using OrleansStream.Web.Tests.Harness;

namespace OrleansStream.Web.Tests;

/// <summary>What an operator does when a service fails.</summary>
[Collection(nameof(SharedSite))]
public sealed class ServicesPageTests(Chromium chromium, LocalSite site)
{
    [Fact]
    public async Task FiresAnAlert_ThatIsAcknowledgedAndSilenced_WhenAServiceIsMadeToFail()
    {
        await using var live = await LivePage.OpenAsync(await chromium.NewContextAsync(), site.Url, "/services");
        await live.UntilInteractiveAsync();
        await live.Page.Locator("[data-service=demo-search] .fail").ClickAsync();
        await live.Page.Locator("[data-service=demo-search].firing").WaitForAsync();
        // The worst stands first.
        await LivePage.UntilAsync(async () => await live.Page.Locator(".service").First.GetAttributeAsync("data-service") == "demo-search", "what fails stands first");
        await live.Page.Locator("[data-service=demo-search] a.status.firing").ClickAsync();
        var alert = live.Page.Locator(".alert[data-service=demo-search][data-status=firing]").First;
        await alert.WaitForAsync();
        string fingerprint = await alert.GetAttributeAsync("data-fingerprint") ?? "";
        await alert.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await live.Page.Locator($"[data-fingerprint='{fingerprint}']").GetByText("acknowledged by web").WaitForAsync();
        await live.Page.Locator($"[data-fingerprint='{fingerprint}']").GetByRole(AriaRole.Button, new() { Name = "Silence for an hour" }).ClickAsync();
        await live.Page.Locator($"[data-fingerprint='{fingerprint}'][data-silenced=true]").WaitForAsync();
        Assert.Contains(fingerprint, await site.Api.GetStringAsync(new Uri("/api/v2/alerts?active=false&silenced=true", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Empty(live.Errors);
    }

    [Fact]
    public async Task ShowsLinesAsTheyAreSaid_WhenAServicesPageIsOpen()
    {
        await using var live = await LivePage.OpenAsync(await chromium.NewContextAsync(), site.Url, "/services/demo-payments");
        await live.UntilInteractiveAsync();
        await live.Page.Locator(".log li").First.WaitForAsync();
        string first = await live.Page.Locator(".log").InnerTextAsync();
        await LivePage.UntilAsync(async () => await live.Page.Locator(".log").InnerTextAsync() != first, "another line is there");
        await live.Page.Locator(".filter select").SelectOptionAsync("error");
        await LivePage.UntilAsync(async () => await live.Page.Locator(".log li:not(.sev-error):not(.sev-fatal)").CountAsync() == 0, "only errors are left");
        await live.Page.Locator(".templates .row").First.WaitForAsync();
        Assert.Equal(6, await live.Page.Locator(".time-chart").CountAsync());
        Assert.Empty(live.Errors);
    }
}
