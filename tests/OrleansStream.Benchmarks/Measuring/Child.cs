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
        string own = Environment.ProcessPath!;
        var start = new ProcessStartInfo(own) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(own) == "dotnet") start.ArgumentList.Add(typeof(Child).Assembly.Location);
        foreach (string arg in args) start.ArgumentList.Add(arg);
        using var child = Process.Start(start)!;
        var lines = new List<string>();
        while (await child.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (!line.StartsWith(Mark, StringComparison.Ordinal)) await Console.Error.WriteLineAsync("  " + line);
        }
        await child.WaitForExitAsync();
        var answer = lines.LastOrDefault(l => l.StartsWith(Mark, StringComparison.Ordinal));
        if (child.ExitCode != 0 || answer is null)
            throw new InvalidOperationException($"'{string.Join(' ', start.ArgumentList)}' ended with {child.ExitCode}: {string.Join('\n', lines.TakeLast(20))}");
        return JsonSerializer.Deserialize<T>(answer[Mark.Length..])!;
    }
}
