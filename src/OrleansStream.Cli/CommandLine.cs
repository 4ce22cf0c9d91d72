using System.CommandLine;
using System.CommandLine.Invocation;
using OrleansStream.Cli.Backtest;
using OrleansStream.Cli.Benchmarks;
using OrleansStream.Cli.Evaluation;
using OrleansStream.Cli.Keys;
using OrleansStream.Cli.Pipeline;
using OrleansStream.Cli.Sending;

namespace OrleansStream.Cli;

/// <summary>The whole of <c>ostream</c> as one function of its arguments, console and clock.</summary>
internal static class CommandLine
{
    private const string Description = """
        ostream: load files into OrleansStream and measure it, over its public HTTP API.

        ostream send transactions transactions.csv.gz     loads a file
        ostream topics                                    shows how far the server is
        ostream bench latency --rate 200 --seconds 60     measures it
        ostream COMMAND --help                            explains a command, with examples

        Exit codes: 0 all went well, 1 something was rejected or failed, 2 wrong usage (nothing was sent),
        3 stopped (the server refused or stayed away), 130 Ctrl-C.
        """;

    public static async Task<int> RunAsync(string[] args, CommandConsole console, TimeProvider clock, CancellationToken stop)
    {
        var global = new GlobalOptions();
        var root = new RootCommand(Description)
        {
            SendCommand.Create(global, console, clock), BenchCommand.Create(global, console, clock), EvalCommand.Create(global, console, clock),
            TopicsCommand.Create(global, console, clock), DeadLettersCommand.Create(global, console, clock), ReplayCommand.Create(global, console, clock),
            BacktestCommand.Create(global, console, clock), KeysCommand.Create(global, console, clock),
        };
        global.AddTo(root);
        DetailedHelp.AddTo(root);
        RefuseUnknownOptions(root);

        // A file name may begin with @: that is no response file.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        try
        {
            var code = await parsed.InvokeAsync(Invocation(console), stop);
            return parsed.Action is ParseErrorAction ? ExitCode.Usage : code;
        }
        catch (UsageException e)
        {
            await console.Error.WriteLineAsync($"ostream: {e.Message}");
            return ExitCode.Usage;
        }
        catch (CommandStoppedException e)
        {
            await console.Error.WriteLineAsync($"ostream: {e.Message}");
            return ExitCode.Stopped;
        }
        catch (InvalidDataException e)
        {
            await console.Error.WriteLineAsync($"ostream: the input is damaged: {e.Message}");
            return ExitCode.Stopped;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }

    /// <summary>A mistyped option is none that the library knows: it would be taken for a file's name. One that does begin so is written ./--name.</summary>
    private static void RefuseUnknownOptions(Command command)
    {
        foreach (var argument in command.Arguments)
            argument.Validators.Add(given =>
            {
                foreach (var token in given.Tokens.Where(t => t.Value.StartsWith("--", StringComparison.Ordinal))) given.AddError($"Unrecognized option '{token.Value}'.");
            });
        foreach (var inner in command.Subcommands) RefuseUnknownOptions(inner);
    }

    /// <summary>Signals are handled in Program.cs; exceptions here. The library shall do neither.</summary>
    private static InvocationConfiguration Invocation(CommandConsole console) => new()
    {
        Output = console.Out,
        Error = console.Error,
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = null,
    };
}
