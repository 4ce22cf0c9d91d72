using OrleansStream.Testing;
using OrleansStream.Web.Tests.Harness;

namespace OrleansStream.Web.Tests;

/// <summary>What is done before anybody visits.</summary>
public sealed class PageWarmUpTests
{
    private static readonly string[] Pages = ["/", "/fraud", "/shop", "/services", "/conversations", "/pipeline"];

    [Fact]
    public async Task EachPageIsRendered_WhenTheProcessHasStarted()
    {
        using var data = new ScratchDirectory();
        await using var local = await LocalProcess.StartAsync(data.Path, arguments: "--OrleansStream:Web:WarmUp=true");
        await LivePage.UntilAsync(async () =>
        {
            string metrics = await local.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
            return Pages.All(page => metrics.Contains($"http_response_status_code=\"200\",http_route=\"{page}\"", StringComparison.Ordinal));
        }, "every page was answered, with nobody there");
    }
}
