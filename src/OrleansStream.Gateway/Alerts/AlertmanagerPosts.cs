using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OrleansStream.Domain.Alerting;
using OrleansStream.Domain.Observability.Alerts;
using OrleansStream.Gateway.Http;
using OrleansStream.Grains.Alerts;

namespace OrleansStream.Gateway.Alerts;

/// <summary>What clients of Alertmanager's API hand in: alerts and silences.</summary>
internal static class AlertmanagerPosts
{
    private const int MaxAlerts = 10_000, MaxLabels = 64, MaxName = 256, MaxText = 4_096, MaxBytes = 32 << 10;

    /// <summary>The good ones are taken even when others are wrong, as Alertmanager does.</summary>
    public static async Task<IResult> PostAlertsAsync(HttpContext context, AlertService alerts, TimeProvider time, IOptions<GatewayOptions> options)
    {
        var body = await JsonBody.ReadAsync(context.Request, options.Value, context.RequestAborted);
        if (body.ValueKind != JsonValueKind.Array) return AlertmanagerApi.Text(400, "the body is a list of alerts");
        if (body.GetArrayLength() > MaxAlerts) return AlertmanagerApi.Text(400, $"at most {MaxAlerts} alerts");
        var (good, errors, now) = (new List<PostedAlert>(), new List<string>(), time.GetUtcNow());
        foreach (var (i, json) in body.EnumerateArray().Index())
        {
            var (alert, error) = Alert(json, now);
            if (alert is not null) good.Add(alert);
            else errors.Add($"alert {i}: {error}");
        }
        await alerts.PostAsync(good, context.RequestAborted);
        return errors.Count == 0 ? TypedResults.Ok() : AlertmanagerApi.Text(400, string.Join("; ", errors.Take(20)));
    }

    public static async Task<IResult> PostSilenceAsync(HttpContext context, AlertService alerts, TimeProvider time, IOptions<GatewayOptions> options)
    {
        var body = await JsonBody.ReadObjectAsync(context.Request, options.Value, context.RequestAborted);
        if (!body.TryGetProperty("matchers", out var list) || list.ValueKind != JsonValueKind.Array) return AlertmanagerApi.Text(400, "at least one matcher required");
        var (starts, ends) = (Time(body, "startsAt"), Time(body, "endsAt"));
        if (starts.Error is not null || ends.Error is not null) return AlertmanagerApi.Text(400, starts.Error ?? ends.Error!);
        var now = time.GetUtcNow();
        if (ends.At is not { } end) return AlertmanagerApi.Text(400, "endsAt is required");
        var silence = new Silence
        {
            Id = body.Text("id") ?? "", Matchers = [.. list.EnumerateArray().Select(Matcher)], StartsAt = starts.At ?? now, EndsAt = end, UpdatedAt = now,
            CreatedBy = body.Text("createdBy") ?? "", Comment = body.Text("comment") ?? "",
        };
        if (silence.Error(now) is { } wrong) return AlertmanagerApi.Text(400, wrong);
        return await alerts.SilenceAsync(silence, context.RequestAborted) is { } id ? TypedResults.Ok(new { silenceID = id }) : AlertmanagerApi.Text(404, "silence not found");
    }

    private static LabelMatcher Matcher(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) throw new RequestRejectedException(400, "invalid-matcher", "a matcher is an object with name, value, isRegex and isEqual");
        return new LabelMatcher(json.Text("name") ?? "", json.Text("value") ?? "", Flag("isRegex", false), Flag("isEqual", true));

        bool Flag(string name, bool otherwise) => json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : otherwise;
    }

    private static (PostedAlert? Alert, string? Error) Alert(JsonElement json, DateTimeOffset now)
    {
        if (json.ValueKind != JsonValueKind.Object) return (null, "an alert is an object");
        var labels = Texts(json, "labels");
        var annotations = Texts(json, "annotations");
        if ((labels.Error ?? annotations.Error) is { } wrong) return (null, wrong);
        if (labels.Texts.IsEmpty) return (null, "at least one label is required");
        var (starts, ends) = (Time(json, "startsAt"), Time(json, "endsAt"));
        if ((starts.Error ?? ends.Error) is { } wrongTime) return (null, wrongTime);
        if (starts.At > ends.At) return (null, "start time must be before end time");
        if (json.GetRawText().Length > MaxBytes) return (null, $"an alert has {MaxBytes} bytes at most");
        string? generator = json.TryGetProperty("generatorURL", out var url) && url.ValueKind == JsonValueKind.String ? url.GetString() : null;
        return (new PostedAlert(AlertFingerprint.Of(labels.Texts), labels.Texts, annotations.Texts, starts.At, ends.At ?? now + AlertService.ResolveTimeout, generator), null);
    }

    /// <summary>An empty value is no label.</summary>
    private static (ImmutableSortedDictionary<string, string> Texts, string? Error) Texts(JsonElement json, string name)
    {
        var texts = AlertFingerprint.NoLabels.ToBuilder();
        if (!json.TryGetProperty(name, out var members) || members.ValueKind == JsonValueKind.Null) return (texts.ToImmutable(), null);
        if (members.ValueKind != JsonValueKind.Object) return (texts.ToImmutable(), $"{name} is an object of texts");
        foreach (var member in members.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.String || member.Name.Length is 0 or > MaxName || member.Value.GetString()!.Length > MaxText)
                return (texts.ToImmutable(), $"{name} holds texts of at most {MaxText} characters under names of 1 to {MaxName}");
            if (member.Value.GetString() is { Length: > 0 } text) texts[member.Name] = text;
        }
        return texts.Count > MaxLabels ? (texts.ToImmutable(), $"{name} has at most {MaxLabels} members") : (texts.ToImmutable(), null);
    }

    /// <summary>RFC 3339; Go's zero time means none.</summary>
    private static (DateTimeOffset? At, string? Error) Time(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return (null, null);
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { } text && text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return time.Year <= 1 ? (null, null) : (time.ToUniversalTime(), null);
        return (null, $"{name} is an RFC 3339 time");
    }
}
