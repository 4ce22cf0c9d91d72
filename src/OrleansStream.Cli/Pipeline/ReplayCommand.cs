using System.CommandLine;
using OrleansStream.Cli.Api;

namespace OrleansStream.Cli.Pipeline;

/// <summary><c>ostream replay TOPIC</c>.</summary>
internal static class ReplayCommand
{
    private const string Summary = "Deliver what is in the log again, to a key, the processors or a read model.";

    private const string Details = """
        Keys have applied each record once and keep their state; what they put out goes out again under the same ids. A
        read model is emptied and rebuilt. The command waits for the end of the job; Ctrl-C cancels it.

        --from and --to are a position (topic:partition:offset), a time (RFC 3339) or, for --from, earliest.
        --target is a key, the processors' group (orleansstream) or a read model; group: or key: in front says which.

        Examples:
          ostream replay transactions --target card-42
          ostream replay transactions --from 2026-11-22T10:00:00Z --target group:orleansstream
          ostream replay dead-letters --target group:dead-letters --json | tail -1
        """;

    public static Command Create(GlobalOptions global, CommandConsole console, TimeProvider clock)
    {
        var topic = new Argument<string>("TOPIC") { Description = "The topic whose records are delivered again." };
        var from = new Option<string>("--from") { Description = "The first record: a position, a time or earliest.", HelpName = "place", DefaultValueFactory = _ => "earliest" };
        var to = new Option<string?>("--to") { Description = "The last record by its position, or the time before which it was handed in; without it the head of the log as it is now.", HelpName = "place" };
        var target = new Option<string>("--target") { Description = "Who gets them: a key, a group of processors or a read model.", HelpName = "key or group", Required = true };
        var command = new DocumentedCommand("replay", Summary, Details) { topic, from, to, target };
        command.SetAction(async (parsed, stop) =>
        {
            using var http = ApiClient.Create(global.Server(parsed), connections: 1);
            var api = new JsonApi(http, clock);
            var job = await api.PostAsync("v1/replays", JsonApi.Body(("topic", parsed.GetValue(topic)), ("from", parsed.GetValue(from)), ("to", parsed.GetValue(to)), ("target", parsed.GetValue(target))), stop);
            return await JobOutput.FollowAsync(console, global.Json(parsed), "replay", api, job, clock, stop);
        });
        return command;
    }
}
