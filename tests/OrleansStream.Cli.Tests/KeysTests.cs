using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansStream.Cli.Tests;

/// <summary><c>ostream keys</c> against a server that keeps the contract of <c>/v1/keys</c>.</summary>
public sealed class KeysTests : IAsyncLifetime
{
    private const string Operator = "osk_0000000000000000_operator";
    private readonly List<JsonObject> _keys = [];
    private WebApplication _server = null!;

    private string Url => _server.Urls.Single();

    [Fact]
    public async Task ShowsTheKeyOnStandardOutputOnly_WhenItIsMade()
    {
        var run = await KeysAsync("create", "--name", "shop", "--scope", "ingest", "--scope", "read", "--expires-in-days", "30");

        Assert.Equal((0, "osk_0000000000000001_secret"), (run.ExitCode, run.Out.Trim()));
        Assert.Contains("not shown again", run.Error, StringComparison.Ordinal);
        Assert.Equal("""["ingest","read"]""", _keys.Single()["scopes"]!.ToJsonString());
        Assert.NotNull(_keys.Single()["expiresAt"]);
    }

    [Fact]
    public async Task EndsWithOneJsonObject_WhenAskedForJson()
    {
        var run = await KeysAsync("create", "--scope", "operate", "--json");
        Assert.Equal("osk_0000000000000001_secret", run.Json["key"]!.GetValue<string>());
        Assert.Single((await KeysAsync("list", "--json")).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task SaysWhichAreValid_WhenKeysAreListed()
    {
        await KeysAsync("create", "--name", "one", "--scope", "read");
        await KeysAsync("create", "--name", "two", "--scope", "read");
        Assert.Equal(0, (await KeysAsync("revoke", "0000000000000001")).ExitCode);

        string[] lines = (await KeysAsync("list")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Contains("revoked", lines.Single(l => l.StartsWith("0000000000000001", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("valid", lines.Single(l => l.StartsWith("0000000000000002", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StopsWithTheServersWords_WhenItSaysNo()
    {
        var unknown = await KeysAsync("revoke", "ffffffffffffffff");
        Assert.Equal(ExitCode.Stopped, unknown.ExitCode);
        Assert.Contains("There is no key with this id", unknown.Error, StringComparison.Ordinal);
        var noKey = await CliRun.OfAsync(["keys", "list", "--url", Url], clock: TimeProvider.System, stop: TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Stopped, noKey.ExitCode);
        Assert.Contains("401", noKey.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("create")]
    [InlineData("create", "--scope", "admin")]
    [InlineData("revoke")]
    public async Task SendsNothing_WhenTheLineCannotWork(params string[] arguments) => Assert.Equal(ExitCode.Usage, (await KeysAsync(arguments)).ExitCode);

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Use((context, next) => context.Request.Headers["X-Api-Key"] == Operator ? next(context) : Problem(401, "Send a key.").ExecuteAsync(context));
        _server.MapPost("/v1/keys", (JsonObject wish) =>
        {
            string id = $"{_keys.Count + 1:x16}";
            wish["id"] = id;
            wish["createdAt"] = "2026-11-22T10:00:00Z";
            _keys.Add(wish);
            var made = wish.DeepClone().AsObject();
            made["key"] = $"osk_{id}_secret";
            return Results.Created($"/v1/keys/{id}", made);
        });
        _server.MapGet("/v1/keys", () => Results.Ok(new JsonObject { ["items"] = new JsonArray([.. _keys.Select(k => k.DeepClone())]), ["next"] = null }));
        _server.MapDelete("/v1/keys/{id}", (string id) =>
        {
            if (_keys.Find(k => k["id"]!.GetValue<string>() == id) is not { } key) return Problem(404, "There is no key with this id.");
            key["revokedAt"] = "2026-11-22T10:00:00Z";
            return Results.NoContent();
        });
        await _server.StartAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task<CliRun> KeysAsync(params string[] arguments) => CliRun.OfAsync(["keys", .. arguments, "--url", Url, "--api-key", Operator], clock: TimeProvider.System);

    private static IResult Problem(int status, string detail) => Results.Problem(detail, statusCode: status);
}
