using System.Diagnostics;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Documents;

/// <summary>eng/skips, by which .ci/run fails when what tests need is missing.</summary>
public sealed class SkipsTests
{
    [Theory]
    [InlineData("This log does not say that it has Trims.", 0)]
    [InlineData("Needs real brokers (KAFKA_BOOTSTRAP=host:port): no mock does it.", 0)]
    [InlineData("PostgreSQL is not installed (Debian: postgresql), and ORLEANSSTREAM_POSTGRES names no server.", 1)]
    [InlineData("There is no Chromium: install Debian's package 'chromium' (eng/test --install does), or set ORLEANSSTREAM_CHROMIUM.", 1)]
    [InlineData("Needs faults that only the mock cluster makes: any.", 1)]
    [InlineData("Later.", 1)]
    public async Task FailsTheRun_WhenATestWasSkippedForSomethingMissing(string reason, int exitCode)
    {
        using var scratch = new ScratchDirectory();
        string log = Path.Combine(scratch.Path, "log");
        await File.WriteAllTextAsync(log, $"passed A.B (1ms)\nskipped A.C (2ms)\n  {reason}\n  from a.dll (net10.0|x64)\n", TestContext.Current.CancellationToken);
        using var skips = Process.Start(new ProcessStartInfo(Path.Combine(Repository.Root(), "eng", "skips"), log) { RedirectStandardOutput = true })!;
        string said = await skips.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await skips.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(exitCode, skips.ExitCode);
        Assert.Contains(reason, said, StringComparison.Ordinal);
    }

    /// <summary>The database's servers have many doors, and one that does not ask for CI was open before.</summary>
    [Fact]
    public void TheTestCommandAsksIt_WhenItRunsInCi()
    {
        string test = File.ReadAllText(Path.Combine(Repository.Root(), "eng", "test")), ci = File.ReadAllText(Path.Combine(Repository.Root(), ".ci", "run"));
        Assert.Contains("if ! eng/skips \"$log\" && [ \"${CI:-false}\" = true ]", test, StringComparison.Ordinal);
        Assert.Contains("export CI=true", ci, StringComparison.Ordinal);
    }
}
