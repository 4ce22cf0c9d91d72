using System.Diagnostics;
using System.Text.Json;

namespace OrleansStream.Benchmarks.Measuring;

/// <summary>Runs this program again in a fresh process, so that no contender finds another's heap, threads or compiled code.</summary>
internal static class Child
{
    /// <summary>The child's answer: a child prints one line of JSON that starts with this.</summary>
    public const string Mark = "RESULT ";

    public static void Answer<T>(T result) => Console.WriteLine(Mark + JsonSerializer.Serialize(result));

    /// <exception cref="InvalidOperationException">The child failed; its last lines are in the message.</exception>
    public static async Task<T> RunAsync<T>(IEnumerable<string> args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        foreach (string arg in OwnAssembly.Concat(args)) start.ArgumentList.Add(arg);
        using var child = Process.Start(start)!;
        var lines = new List<string>();
        while (await child.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (!line.StartsWith(Mark, StringComparison.Ordinal)) await Console.Error.WriteLineAsync("  " + line);
        }
        await child.WaitForExitAsync();
        if (child.ExitCode != 0) throw new InvalidOperationException($"'{string.Join(' ', start.ArgumentList)}' ended with {child.ExitCode}: {string.Join('\n', lines.TakeLast(20))}");
        return Read<T>(lines);
    }

    /// <summary>What must stand before the arguments of this program's process: its assembly where <c>dotnet</c> runs it, else nothing.</summary>
    public static IEnumerable<string> OwnAssembly => Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet" ? [typeof(Child).Assembly.Location] : [];

    /// <summary>The answer among what a child has printed.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static T Read<T>(IReadOnlyList<string> lines) =>
        JsonSerializer.Deserialize<T>((lines.LastOrDefault(l => l.StartsWith(Mark, StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"There is no result in what the child said: {string.Join('\n', lines.TakeLast(20))}"))[Mark.Length..])!;
}
