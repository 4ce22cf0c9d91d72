using OrleansStream.Web.Tests.Harness;

namespace OrleansStream.Web.Tests;

/// <summary>The picture in the README: made only when <c>ORLEANSSTREAM_SCREENSHOTS</c> says where to, for example <c>docs/images</c>.</summary>
public sealed class ScreenshotTests(Chromium chromium, LocalSite site) : IClassFixture<LocalSite>
{
    [Fact]
    public async Task ShowsBatchAgainstStream_WhenAPictureIsAskedFor()
    {
        if (Environment.GetEnvironmentVariable("ORLEANSSTREAM_SCREENSHOTS") is not { Length: > 0 } folder)
        {
            Assert.Skip("Set ORLEANSSTREAM_SCREENSHOTS=docs/images to make the README's picture anew.");
            return;
        }
        await using var live = await LivePage.OpenAsync(await chromium.NewContextAsync(1400, 920), site.Url);
        await live.UntilLiveAsync();
        await live.UntilDotsAsync(30);
        await live.Page.ClickAsync("#travel");
        await live.Page.Locator(".verdict").WaitForAsync();
        await LivePage.UntilAsync(async () => await live.FigureAsync("staleness") > 2.5, "a batch is due");
        string path = Path.Combine(OrleansStream.Testing.Repository.Root(), folder, "batch-vs-stream.png");
        await live.Page.ScreenshotAsync(new() { Path = path, FullPage = true });
        Assert.True(new FileInfo(path).Length > 20_000);
    }
}
