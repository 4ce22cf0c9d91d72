using System.CommandLine;
using System.Globalization;
using OrleansStream.Cli.Api;

namespace OrleansStream.Cli.Keys;

/// <summary><c>ostream keys create|list|revoke</c>: who may use the API.</summary>
internal static class KeysCommand
{
    private const string Details = """
        A key is shown once, when it is made; the server keeps its hash. Scopes: ingest (hand in events), read (ask), operate (rules, jobs,
        dead letters, keys). None contains another.

        Examples:
          ostream keys create --name shop --scope ingest
          ostream keys create --name dashboard --scope read --expires-in-days 90
          ostream keys revoke 0a1b2c3d4e5f6071
        """;

    private const string CreateDetails = """
        The key alone goes to standard output, so that a script can take it; what is said about it goes to standard error.

        Examples:
          ostream keys create --name shop --scope ingest
          KEY=$(ostream keys create --scope read --scope operate --expires-in-days 90)
        """;

    private const string ListDetails = """
        A line per key: id, valid, expired or revoked, scopes, the day it was made, name.

        Examples:
          ostream keys list
          ostream keys list --json | tail -1
        """;

    private const string RevokeDetails = """
        Every request with the key is refused from then on; a new one is made by keys create.

        Example:
          ostream keys revoke 0a1b2c3d4e5f6071
        """;

    public static Command Create(GlobalOptions global, CommandConsole console, TimeProvider clock) =>
        new DocumentedCommand("keys", "Make, list and revoke API keys.", Details)
        {
            CreateKey(global, console, clock),
            ListKeys(global, console, clock),
            RevokeKey(global, console, clock),
        };

    private static DocumentedCommand CreateKey(GlobalOptions global, CommandConsole console, TimeProvider clock)
    {
        var name = new Option<string>("--name") { Description = "What the list shows beside it, as whose it is.", HelpName = "text", DefaultValueFactory = _ => "" };
        var scopes = new Option<string[]>("--scope") { Description = "ingest, read or operate; several times for several.", HelpName = "scope", Required = true };
        scopes.AcceptOnlyFromAmong("ingest", "read", "operate");
        var days = new Option<int?>("--expires-in-days") { Description = "Days until it is no key any more; without it, it stays one until it is revoked.", HelpName = "N" };
        var command = new DocumentedCommand("create", "Make a key and show it, this one time.", CreateDetails) { name, scopes, days };
        command.SetAction(async (parsed, stop) =>
        {
            using var keys = Client(global, parsed, clock);
            DateTimeOffset? expiresAt = parsed.GetValue(days) is { } count ? clock.GetUtcNow().AddDays(count) : null;
            var made = await keys.CreateAsync(parsed.GetValue(name)!, parsed.GetValue(scopes)!, expiresAt, stop);
            await console.Error.WriteLineAsync($"Key {made.Id} for {string.Join(", ", made.Scopes)}; it is not shown again:");
            await console.Out.WriteLineAsync(global.Json(parsed) ? KeyReply.ToJson(made) : made.Key);
            return ExitCode.Success;
        });
        return command;
    }

    private static DocumentedCommand ListKeys(GlobalOptions global, CommandConsole console, TimeProvider clock)
    {
        var command = new DocumentedCommand("list", "Show all keys, newest first, without their secrets.", ListDetails);
        command.SetAction(async (parsed, stop) =>
        {
            using var keys = Client(global, parsed, clock);
            var page = await keys.ListAsync(stop);
            if (!global.Json(parsed))
                foreach (var key in page.Items) await console.Out.WriteLineAsync(Line(key, clock.GetUtcNow()));
            else
                await console.Out.WriteLineAsync(KeyReply.ToJson(page));
            return ExitCode.Success;
        });
        return command;
    }

    private static DocumentedCommand RevokeKey(GlobalOptions global, CommandConsole console, TimeProvider clock)
    {
        var id = new Argument<string>("id") { Description = "The key's id: the part between osk_ and the next _." };
        var command = new DocumentedCommand("revoke", "Make a key worth nothing, at once and for good.", RevokeDetails) { id };
        command.SetAction(async (parsed, stop) =>
        {
            using var keys = Client(global, parsed, clock);
            await keys.RevokeAsync(parsed.GetValue(id)!, stop);
            await console.Out.WriteLineAsync(global.Json(parsed) ? $$"""{"revoked":"{{parsed.GetValue(id)}}"}""" : $"Key {parsed.GetValue(id)} is revoked.");
            return ExitCode.Success;
        });
        return command;
    }

    private static KeysClient Client(GlobalOptions global, ParseResult parsed, TimeProvider clock) => new(ApiClient.Create(global.Server(parsed), connections: 1), clock);

    private static string Line(KeyReply key, DateTimeOffset now)
    {
        string status = key.RevokedAt is not null ? "revoked" : key.ExpiresAt <= now ? "expired" : "valid";
        return string.Create(CultureInfo.InvariantCulture, $"{key.Id}  {status,-7}  {string.Join(',', key.Scopes),-19}  {key.CreatedAt:yyyy-MM-dd}  {key.Name}");
    }
}
