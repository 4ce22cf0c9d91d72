using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using OrleansStream.Cli.Api;

namespace OrleansStream.Cli.Pipeline;

/// <summary><c>ostream topics</c>.</summary>
internal static class TopicsCommand
{
    private const string Summary = "Show where every topic is: offsets, lag, age, owner, hot keys.";

    private const string Details = """
        A line per partition. low and high are the oldest readable offset and the one after the newest record; everything
        before committed is applied and durable. lag counts records, age is how long the oldest that is not committed has
        waited, in seconds. Topics that no processor takes have offsets only.

        Examples:
          ostream topics
          ostream topics --topic transactions --json | tail -1
        """;

    public static Command Create(GlobalOptions global, CommandConsole console, TimeProvider clock)
    {
        var topic = new Option<string?>("--topic") { Description = "Only this topic, as transactions; without it all.", HelpName = "name" };
        var command = new DocumentedCommand("topics", Summary, Details) { topic };
        command.SetAction(async (parsed, stop) =>
        {
            using var http = ApiClient.Create(global.Server(parsed), connections: 1);
            var answer = await new JsonApi(http, clock).GetAsync("v1/topics", stop);
            var topics = answer.GetProperty("items").EnumerateArray().Where(t => parsed.GetValue(topic) is not { } only || t.GetProperty("name").GetString() == only).ToList();
            if (topics.Count == 0)
            {
                throw new CommandStoppedException($"There is no topic '{parsed.GetValue(topic)}'.");
            }

            await console.Out.WriteLineAsync($"{"topic",-24}{"part",5}{"low",12}{"high",12}{"committed",12}{"lag",10}{"age s",9}  hot keys");
            foreach (var (name, partition) in topics.SelectMany(t => t.GetProperty("partitions").EnumerateArray().Select(p => (t.GetProperty("name").GetString(), p))))
            {
                await console.Out.WriteLineAsync(Line(name!, partition));
            }

            if (global.Json(parsed))
            {
                await console.Out.WriteLineAsync(JsonSerializer.Serialize(new Dictionary<string, List<JsonElement>> { ["items"] = topics }));
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static string Line(string topic, JsonElement partition)
    {
        var hot = partition.TryGetProperty("hotKeys", out var keys) && keys.ValueKind == JsonValueKind.Array
            ? string.Join(", ", keys.EnumerateArray().Select(k => $"{k.GetProperty("key").GetString()} ({k.GetProperty("records").GetInt64().ToString(CultureInfo.InvariantCulture)})"))
            : "";
        return $"{topic,-24}{Text(partition, "partition"),5}{Text(partition, "low"),12}{Text(partition, "high"),12}{Text(partition, "committed"),12}{Text(partition, "lag"),10}{Text(partition, "watermarkAgeSeconds"),9}  {hot}".TrimEnd();
    }

    private static string Text(JsonElement partition, string member) =>
        partition.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetRawText() : "–";
}
