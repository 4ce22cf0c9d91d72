namespace OrleansStream.Cli;

/// <summary>
/// What a command reads and writes. Results go to <see cref="Out"/>; progress and complaints go to
/// <see cref="Error"/>, so that a result can be piped on.
/// </summary>
/// <param name="Out">Receives results; with <c>--json</c> its last line is one JSON object.</param>
/// <param name="Error">Receives progress, notes and error messages.</param>
/// <param name="OpenInput">Opens standard input.</param>
/// <param name="Interactive">Whether <paramref name="Error"/> is a terminal that can redraw a progress bar.</param>
internal sealed record CommandConsole(TextWriter Out, TextWriter Error, Func<Stream> OpenInput, bool Interactive)
{
    public static CommandConsole OfProcess() =>
        new(Console.Out, Console.Error, Console.OpenStandardInput, !Console.IsErrorRedirected);
}
