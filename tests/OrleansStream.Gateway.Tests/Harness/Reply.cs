using System.Text.Json;

namespace OrleansStream.Gateway.Tests.Harness;

/// <summary>One answer of the API, read whole.</summary>
public sealed record Reply(int Status, string? ContentType, string Text, ILookup<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>The code of a problem.</summary>
    public string? Code => Json.TryGetProperty("code", out var code) ? code.GetString() : null;

    /// <summary>The first error of a problem.</summary>
    public JsonElement Error => Json.GetProperty("errors")[0];

    public JsonElement[] Results => [.. Json.GetProperty("results").EnumerateArray()];

    public string Position => Member("position");

    public string Member(string name) => Json.GetProperty(name).GetString()!;

    public string? Header(string name) => Headers[name].FirstOrDefault();

    /// <summary>The answer itself, when it has this status; otherwise the test fails with all of it.</summary>
    public Reply Expect(int status)
    {
        Assert.True(Status == status, $"Expected {status}, got {Status} {ContentType}: {Text}");
        return this;
    }

    /// <summary>As <see cref="Expect(int)"/>, for a problem with this code.</summary>
    public Reply Expect(int status, string code)
    {
        Expect(status);
        Assert.True(Code == code, $"Expected problem '{code}', got {Text}");
        return this;
    }

    /// <summary>A batch's outcome per record, for example <c>accepted,rejected:malformed-json</c>.</summary>
    public string Outcomes => string.Join(',', Results.Select((r, i) =>
    {
        Assert.Equal(i, r.GetProperty("index").GetInt32());
        return r.GetProperty("status").GetString() + (r.TryGetProperty("code", out var code) ? ":" + code.GetString() : "");
    }));

    internal static async Task<Reply> OfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        string text = await response.Content.ReadAsStringAsync(cancellationToken);
        var headers = response.Headers.Concat(response.Content.Headers)
            .SelectMany(h => h.Value.Select(v => (h.Key, Value: v)))
            .ToLookup(h => h.Key, h => h.Value, StringComparer.OrdinalIgnoreCase);
        return new Reply((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, text, headers);
    }
}
