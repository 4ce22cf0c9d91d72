using System.Diagnostics;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Documents;

/// <summary>README's tour as a newcomer does it: the first command on an empty data folder, then every block as written; it must print what stands below it. eng/tour shows each.</summary>
public sealed class TourTests(ITestOutputHelper output)
{
    private const string Address = "http://127.0.0.1:5080";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5), BlockLimit = TimeSpan.FromMinutes(2);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryCommandPrintsWhatThePageShows()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(Repository.Root(), "README.md"), Stop);
        string first = ShownCommands.Of(page, "Start")[0].Commands.Split('\n')[0];
        var blocks = ShownCommands.Of(page, "Five minutes");
        Assert.True(blocks.Count >= 10, $"README's tour has only {blocks.Count} blocks: is it still found?");

        using var data = new ScratchDirectory();
        string address = Environment.GetEnvironmentVariable("ORLEANSSTREAM_TOUR_URL") ?? FreePorts.Url().ToString().TrimEnd('/');
        using var local = Shell(first, address, data.Path);
        try
        {
            await ReadyAsync(local, address);
            foreach (var block in blocks) await RunAsync(block, address, data.Path);
        }
        finally
        {
            local.Kill(entireProcessTree: true);
            await local.WaitForExitAsync(CancellationToken.None);
        }
    }

    private async Task RunAsync(ShownCommands block, string address, string data)
    {
        Assert.True(block.Output is not null, $"README.md:{block.Line}: the page does not say what this prints.");
        output.WriteLine($"README.md:{block.Line}\n{block.Commands}");
        using var shell = Shell(block.Commands.Replace(Address, address, StringComparison.Ordinal), address, data);
        var (printed, complaints) = (shell.StandardOutput.ReadToEndAsync(Stop), shell.StandardError.ReadToEndAsync(Stop));
        await shell.WaitForExitAsync(Stop).WaitAsync(BlockLimit, Stop);
        output.WriteLine(await printed);
        Assert.True(shell.ExitCode == 0, $"README.md:{block.Line} ended with {shell.ExitCode}: {await complaints}\n{await printed}");
        Assert.True(block.Shows(await printed), $"README.md:{block.Line} shows\n{block.Output}\nand what was printed is\n{await printed}\n{await complaints}");
    }

    /// <summary>A shell in the repository's root, which finds server and data by environment, not by other commands than the page's.</summary>
    private static Process Shell(string commands, string address, string data) => Process.Start(new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", commands])
    {
        WorkingDirectory = Repository.Root(), RedirectStandardOutput = true, RedirectStandardError = true,
        Environment =
        {
            ["ASPNETCORE_URLS"] = address, ["OrleansStream__DataDirectory"] = data, ["OrleansStream__Otlp__GrpcPort"] = "0", ["OrleansStream__Otlp__HttpPort"] = "0",
            ["OSTREAM_URL"] = address, ["DOTNET_NOLOGO"] = "1", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        },
    })!;

    private static async Task ReadyAsync(Process local, string address)
    {
        var complaints = local.StandardError.ReadToEndAsync(Stop);
        var printed = new List<string>();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(StartLimit);
        while (await local.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            printed.Add(line);
            if (!line.Contains($"OrleansStream is ready at {address}", StringComparison.Ordinal)) continue;
            _ = local.StandardOutput.ReadToEndAsync(Stop);
            return;
        }
        Assert.Fail($"README's first command ended:\n{string.Join('\n', printed)}\n{await complaints}");
    }
}
