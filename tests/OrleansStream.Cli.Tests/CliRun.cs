using System.Text;
using System.Text.Json.Nodes;

namespace OrleansStream.Cli.Tests;

/// <summary>What a command left behind.</summary>
internal sealed record CliRun(int ExitCode, string Out, string Error)
{
    public string LastLine => Out.TrimEnd().Split('\n')[^1].TrimEnd('\r');

    public JsonNode Json => JsonNode.Parse(LastLine)!;

    public static async Task<CliRun> OfAsync(
        string[] args, string input = "", TimeProvider? clock = null, CancellationToken stop = default) =>
        await OfAsync(args, new MemoryStream(Encoding.UTF8.GetBytes(input)), interactive: false, clock, stop);

    public static async Task<CliRun> OfAsync(string[] args, Stream input, bool interactive, TimeProvider? clock, CancellationToken stop)
    {
        var (output, error) = (new SharedWriter(), new SharedWriter());
        var console = new CommandConsole(output, error, () => input, interactive);
        var code = await CommandLine.RunAsync(args, console, clock ?? new HurriedTime(), stop);
        return new CliRun(code, output.ToString(), error.ToString());
    }

    /// <summary>Progress and main line write at the same time, as they may to a process's console.</summary>
    private sealed class SharedWriter : StringWriter
    {
        private readonly Lock _gate = new();

        public override void Write(char value)
        {
            lock (_gate)
            {
                base.Write(value);
            }
        }

        public override void Write(string? value)
        {
            lock (_gate)
            {
                base.Write(value);
            }
        }

        public override void WriteLine(string? value) => Write(value + "\n");

        public override Task WriteLineAsync(string? value)
        {
            Write(value + "\n");
            return Task.CompletedTask;
        }
    }
}
