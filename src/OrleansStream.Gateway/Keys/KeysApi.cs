using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;

namespace OrleansStream.Gateway.Keys;

/// <summary><c>/v1/keys</c>: who may use the API.</summary>
internal static class KeysApi
{
    private const string Tag = "Keys";
    private const int MaxName = 200;
    private static readonly TimeSpan UsualGrace = TimeSpan.FromDays(1), LongestGrace = TimeSpan.FromDays(30);
    private const string ExampleId = "0a1b2c3d4e5f6071";

    private const string Example =
        """{"id":"0a1b2c3d4e5f6071","name":"shop","scopes":["ingest"],"createdAt":"2026-11-22T10:00:00Z","expiresAt":"2027-11-22T10:00:00Z"}""";

    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/keys", CreateAsync)
            .RequireScope(Scope.Operate)
            .WithName("CreateKey").WithTags(Tag)
            .WithSummary("Make a key")
            .WithDescription("`key` is shown this one time; what is kept is its hash. Every gateway knows it within moments. `expiresAt` is optional.")
            .WithRequestBodyOf("application/json", """{"name":"shop","scopes":["ingest"],"expiresAt":"2027-11-22T10:00:00Z"}""")
            .Produces<NewKey>(201).WithResponseExample(201, Example.Replace("\"name\"", $"\"key\":\"osk_{ExampleId}_…\",\"name\"", StringComparison.Ordinal))
            .WithProblem(400, PipelineProblems.Example(400, "invalid-scopes", "scopes is a list of one or several of ingest, read, operate."));
        routes.MapGet("/v1/keys", (ApiKeys keys) => TypedResults.Ok(new KeyPage([.. keys.All().Select(KeyView.Of)], null)))
            .RequireScope(Scope.Operate)
            .WithName("ListKeys").WithTags(Tag)
            .WithSummary("All keys, without their secrets, newest first")
            .WithDescription("Revoked and expired ones too. The key of `OrleansStream:Auth:BootstrapKeyFile` is not among them: it is valid as long as the file is configured.")
            .Produces<KeyPage>().WithResponseExample(200, $$"""{"items":[{{Example}}],"next":null}""");
        routes.MapPost("/v1/keys/{id}/rotate", RotateAsync)
            .RequireScope(Scope.Operate)
            .WithName("RotateKey").WithTags(Tag)
            .WithSummary("Replace a key")
            .WithDescription("A new key with the same name, scopes and end. The old one is valid for `graceSeconds` more (0 to 2,592,000, default 86,400), so that clients can change over. A key is replaced once.")
            .WithParameterExample("id", ExampleId)
            .WithRequestBodyOf("application/json", """{"graceSeconds":3600}""")
            .Produces<NewKey>(201).WithResponseExample(201, Example.Replace("\"name\"", $"\"key\":\"osk_{ExampleId}_…\",\"name\"", StringComparison.Ordinal))
            .WithProblem(400, PipelineProblems.Example(400, "invalid-graceSeconds", "graceSeconds is a whole number from 0 to 2,592,000."))
            .WithProblem(404, PipelineProblems.Example(404, "key-not-found", "There is no key with this id."));
        routes.MapDelete("/v1/keys/{id}", RevokeAsync)
            .RequireScope(Scope.Operate)
            .WithName("RevokeKey").WithTags(Tag)
            .WithSummary("Revoke a key")
            .WithDescription("Every gateway refuses it within moments, its open event streams end, its tickets are worth nothing. Again the same answer.")
            .WithParameterExample("id", ExampleId)
            .Produces(204)
            .WithProblem(404, PipelineProblems.Example(404, "key-not-found", "There is no key with this id."));
    }

    private static async Task<IResult> CreateAsync(HttpContext context, ApiKeys keys, TimeProvider time, IOptions<GatewayOptions> options)
    {
        var body = await JsonBody.ReadObjectAsync(context.Request, options.Value, context.RequestAborted);
        var (key, text) = await keys.CreateAsync(Name(body), Scopes(body), ExpiresAt(body, time), context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/v1/keys/{key.Id}", new NewKey(key.Id, text, key.Name, key.Scopes, key.CreatedAt, key.ExpiresAt));
    }

    private static async Task<IResult> RevokeAsync(HttpContext context, string id, ApiKeys keys) =>
        await keys.RevokeAsync(id, context.RequestAborted) ? TypedResults.NoContent() : Problems.Error(404, "key-not-found", "There is no key with this id.");

    private static async Task<IResult> RotateAsync(HttpContext context, string id, ApiKeys keys, IOptions<GatewayOptions> options)
    {
        var grace = Grace(await JsonBody.ReadObjectAsync(context.Request, options.Value, context.RequestAborted));
        if (await keys.RotateAsync(id, grace, context.RequestAborted) is not var (key, text, end)) return Problems.Error(404, "key-not-found", "There is no valid key with this id, or it was replaced before.");
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/v1/keys/{key.Id}", new NewKey(key.Id, text, key.Name, key.Scopes, key.CreatedAt, key.ExpiresAt) { ReplacedExpiresAt = end });
    }

    private static TimeSpan Grace(JsonElement body)
    {
        if (!body.TryGetProperty("graceSeconds", out var value) || value.ValueKind == JsonValueKind.Null) return UsualGrace;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int seconds) && seconds >= 0 && seconds <= LongestGrace.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new RequestRejectedException(400, "invalid-graceSeconds", "graceSeconds is a whole number from 0 to 2,592,000.");
    }

    private static string Name(JsonElement body)
    {
        string name = body.Text("name")?.Trim() ?? "";
        return name.Length <= MaxName ? name : throw new RequestRejectedException(400, "invalid-name", $"name has {MaxName} characters at most.");
    }

    private static List<string> Scopes(JsonElement body)
    {
        var scopes = body.Texts("scopes");
        return scopes is { Count: > 0 } && scopes.All(Scope.All.Contains)
            ? [.. Scope.All.Where(scopes.Contains)]
            : throw new RequestRejectedException(400, "invalid-scopes", $"scopes is a list of one or several of {string.Join(", ", Scope.All)}.");
    }

    private static DateTimeOffset? ExpiresAt(JsonElement body, TimeProvider time)
    {
        if (body.Text("expiresAt") is not { } text) return null;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) || at <= time.GetUtcNow())
            throw new RequestRejectedException(400, "invalid-expiresAt", "expiresAt is an RFC 3339 time that is still to come.");
        return at.ToUniversalTime();
    }
}
