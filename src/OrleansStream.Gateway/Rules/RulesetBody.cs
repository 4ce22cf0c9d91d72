using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using OrleansStream.Domain.Fraud;
using OrleansStream.Domain.Json;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Grains.Fraud.Rules;

namespace OrleansStream.Gateway.Rules;

/// <summary>Rule sets as requests and answers have them.</summary>
internal static class RulesetBody
{
    private const string UnknownMember = "unknown-member";

    /// <summary>The document of a request: the body itself, or its member <c>ruleset</c>.</summary>
    /// <exception cref="RequestRejectedException">There is none.</exception>
    public static async Task<(byte[] Document, JsonElement Body)> ReadAsync(HttpRequest request, GatewayOptions options, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadObjectAsync(request, options, cancellationToken);
        var document = body.TryGetProperty("ruleset", out var inner) ? inner : body;
        if (document.ValueKind != JsonValueKind.Object || !document.EnumerateObject().Any())
            throw new RequestRejectedException(400, "missing-ruleset", "The body is a rule set, or has one as its member ruleset.");
        return (Encoding.UTF8.GetBytes(document.GetRawText()), body);
    }

    /// <summary>What a route says of documents that it cannot take.</summary>
    public static RouteHandlerBuilder WithRulesetProblems(this RouteHandlerBuilder route) => route
        .WithProblem(400, PipelineProblems.Example(400, UnknownMember, "rules.VELOCITY_COUNT.limt is no member of a rule set."))
        .WithProblem(422, PipelineProblems.Example(422, "invalid-rule", "thresholds.review must be a number from 0 to 100."));

    /// <summary>The document with its version, and the version as an entity tag.</summary>
    public static IResult Answer(HttpResponse response, RulesetVersion version)
    {
        response.Headers.ETag = TagOf(version.Ruleset.Version);
        return new JsonBytes(FraudRulesetJson.Write(version.Ruleset));
    }

    public static string TagOf(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>The version of <c>If-Match</c>: null for any, −1 for one that cannot be.</summary>
    public static int? Expected(HttpRequest request)
    {
        string text = request.Headers[HeaderNames.IfMatch].ToString().Trim();
        if (text.Length == 0 || text == "*") return null;
        text = text.StartsWith("W/", StringComparison.Ordinal) ? text[2..] : text;
        return int.TryParse(text.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out int version) ? version : -1;
    }

    /// <summary>Everything that is wrong with a document: 400 when it has members that nobody knows, else 422.</summary>
    public static IResult Invalid(IReadOnlyList<FieldError> errors) => Problems.Result(
        errors[0].Code == UnknownMember ? 400 : 422, errors[0].Code, "The rule set is not valid", string.Join(" ", errors.Select(e => e.Detail)), [.. errors.Select(e => new ProblemError(0, e.Field, e.Code, e.Detail))]);
}

/// <summary>One version as lists show it.</summary>
internal sealed record RulesetVersionView(int Version, string Id, DateTimeOffset? Since, string? Note, bool Active)
{
    public static RulesetVersionView Of(RulesetVersion version, int active) =>
        new(version.Ruleset.Version, version.Ruleset.Id, version.Since, version.Note, version.Ruleset.Version == active);
}

/// <summary>One page of versions.</summary>
internal sealed record RulesetVersionPage(
    IReadOnlyList<RulesetVersionView> Items, [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)] string? Next);
