using Microsoft.Playwright;
using OrleansStream.Web.Tests.Harness;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace OrleansStream.Web.Tests.Harness;

/// <summary>
/// The headless browser of all tests: the system's Chromium, which Playwright drives. Without one the tests are skipped, visibly; under <c>CI=true</c> they fail.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Where it is; null when there is none. <c>ORLEANSSTREAM_CHROMIUM</c> says another place.</summary>
    private static string? Executable =>
        Environment.GetEnvironmentVariable("ORLEANSSTREAM_CHROMIUM") is { Length: > 0 } said ? said : Places.FirstOrDefault(File.Exists);

    public async ValueTask InitializeAsync()
    {
        if (Executable is not { } executable) return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = executable,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
        });
    }

    /// <summary>A page of its own, with nothing remembered from others'.</summary>
    public async Task<IBrowserContext> NewContextAsync(int width = 1400, int height = 900, ColorScheme scheme = ColorScheme.Light, ReducedMotion motion = ReducedMotion.NoPreference)
    {
        if (_browser is null)
        {
            string missing = "There is no Chromium: install Debian's package 'chromium' (eng/test --install does), or set ORLEANSSTREAM_CHROMIUM.";
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", missing);
            Assert.Skip(missing);
        }
        return await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = scheme, ReducedMotion = motion,
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
