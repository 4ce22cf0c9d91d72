using System.Text.Json;
using OrleansStream.Cli.Api;

namespace OrleansStream.Cli.Pipeline;

/// <summary>A job of the server on the console: how far it is, then how it ended.</summary>
internal static class JobOutput
{
    private static readonly string[] Counts = ["scanned", "delivered", "applied", "published", "skipped"];

    /// <summary>The exit code: success only when it was completed.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="json">Whether the job is the last line.</param>
    /// <param name="title">What it does.</param>
    /// <param name="api">Where it runs.</param>
    /// <param name="job">As the server answered when it was asked for.</param>
    /// <param name="clock">When to look.</param>
    /// <param name="stop">Stops the command and the job.</param>
    public static async Task<int> FollowAsync(CommandConsole console, bool json, string title, JsonApi api, JsonElement job, TimeProvider clock, CancellationToken stop)
    {
        double fraction = 0;
        var work = api.FollowAsync(job, f => Volatile.Write(ref fraction, f), stop);
        await WorkDisplay.ShowAsync(console, title, () => Volatile.Read(ref fraction), work, clock);
        var ended = await work;
        var status = ended.GetProperty("status").GetString();
        var progress = ended.GetProperty("progress");
        await console.Out.WriteLineAsync($"{title} {status}: {string.Join(", ", Counts.Where(c => progress.TryGetProperty(c, out _)).Select(c => $"{progress.GetProperty(c).GetInt64():N0} {c}"))}");
        if (ended.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String)
        {
            await console.Error.WriteLineAsync(error.GetString());
        }

        await WriteJsonAsync(console, json, ended);
        return status == "completed" ? ExitCode.Success : ExitCode.Incomplete;
    }

    /// <summary>One line, however the server laid it out.</summary>
    public static Task WriteJsonAsync(CommandConsole console, bool json, JsonElement answer) => json ? console.Out.WriteLineAsync(JsonSerializer.Serialize(answer)) : Task.CompletedTask;
}
