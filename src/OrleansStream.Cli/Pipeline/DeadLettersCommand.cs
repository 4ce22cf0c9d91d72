using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansStream.Cli.Api;

namespace OrleansStream.Cli.Pipeline;

/// <summary><c>ostream dead-letters [redrive]</c>.</summary>
internal static class DeadLettersCommand
{
    private const string Summary = "Show what could not be applied; redrive sends it again.";

    private const string Details = """
        A line per record, newest first: its place in the log, status, code, key, what was wrong.

        Examples:
          ostream dead-letters
          ostream dead-letters --topic transactions --code undecodable,apply-failed --json | tail -1
          ostream dead-letters redrive transactions:3:1842
          ostream dead-letters redrive --topic transactions
        """;

    private const string RedriveDetails = """
        With ID that one is sent to its topic again. Without, all open ones that match, as a job: the command waits for its
        end, and Ctrl-C cancels it. What fails again becomes a dead letter of its own.

        Examples:
          ostream dead-letters redrive transactions:3:1842
          ostream dead-letters redrive --topic transactions --code apply-failed
        """;

    public static Command Create(GlobalOptions global, CommandConsole console, TimeProvider clock)
    {
        var (topic, code) = (Topic(), Code());
        var status = new Option<string?>("--status") { Description = "open, redriven or deleted; without it all but the deleted ones.", HelpName = "status" };
        status.AcceptOnlyFromAmong("open", "redriven", "deleted");
        var limit = new Option<int>("--limit") { Description = "Records to show at most (1 to 1,000).", HelpName = "N", DefaultValueFactory = _ => 50 }.Within(1, 1_000);
        var command = new DocumentedCommand("dead-letters", Summary, Details) { topic, code, status, limit };
        command.Add(CreateRedrive(global, console, clock));
        command.SetAction(async (parsed, stop) =>
        {
            using var http = ApiClient.Create(global.Server(parsed), connections: 1);
            var query = JsonApi.Query(("topic", parsed.GetValue(topic)), ("code", parsed.GetValue(code)), ("status", parsed.GetValue(status)), ("limit", $"{parsed.GetValue(limit)}"));
            var page = await new JsonApi(http, clock).GetAsync("v1/dead-letters" + query, stop);
            foreach (var letter in page.GetProperty("items").EnumerateArray())
            {
                await console.Out.WriteLineAsync(
                    $"{letter.GetProperty("id").GetString(),-28}{letter.GetProperty("status").GetString(),-10}{letter.GetProperty("code").GetString(),-18}{letter.GetProperty("key").GetString(),-20}{letter.GetProperty("exception").GetString()}");
            }

            if (page.GetProperty("items").GetArrayLength() == 0)
            {
                await console.Out.WriteLineAsync("No dead letters.");
            }
            else if (page.GetProperty("next").ValueKind == JsonValueKind.String)
            {
                await console.Error.WriteLineAsync("There are more: --limit shows up to 1,000.");
            }

            if (global.Json(parsed))
            {
                await console.Out.WriteLineAsync(JsonSerializer.Serialize(page));
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static DocumentedCommand CreateRedrive(GlobalOptions global, CommandConsole console, TimeProvider clock)
    {
        var id = new Argument<string?>("ID") { Description = "The dead letter, topic:partition:offset; without it all that match.", Arity = ArgumentArity.ZeroOrOne };
        var (topic, code) = (Topic(), Code());
        var command = new DocumentedCommand("redrive", "Send records to their topics again.", RedriveDetails) { id, topic, code };
        command.SetAction(async (parsed, stop) =>
        {
            if (parsed.GetValue(id) is not null && (parsed.GetValue(topic) ?? parsed.GetValue(code)) is not null)
            {
                throw new UsageException("Either ID or --topic and --code say what is redriven, not both.");
            }

            using var http = ApiClient.Create(global.Server(parsed), connections: 1);
            var api = new JsonApi(http, clock);
            if (parsed.GetValue(id) is { } one)
            {
                var redriven = await api.PostAsync($"v1/dead-letters/{Uri.EscapeDataString(one)}/redrive", "{}", stop);
                await console.Out.WriteLineAsync($"{one} is {redriven.GetProperty("position").GetString()} now.");
                await JobOutput.WriteJsonAsync(console, global.Json(parsed), redriven);
                return ExitCode.Success;
            }

            var codes = parsed.GetValue(code)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var body = JsonApi.Body(("topic", parsed.GetValue(topic)), ("codes", codes is null ? null : new JsonArray([.. codes.Select(c => (JsonNode)c)])));
            return await JobOutput.FollowAsync(console, global.Json(parsed), "redrive", api, await api.PostAsync("v1/dead-letters/redrive", body, stop), clock, stop);
        });
        return command;
    }

    private static Option<string?> Topic() => new("--topic") { Description = "Only of this topic, as transactions.", HelpName = "name" };

    private static Option<string?> Code() => new("--code") { Description = "Only with this code, as undecodable; several with commas.", HelpName = "code" };
}
