using System.Security.Cryptography;
using System.Text;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Alerts;

/// <summary>From an alert to whoever is told of it.</summary>
public sealed class WebhookTests(AlertGateway gateway) : IClassFixture<AlertGateway>
{
    [Fact]
    public async Task IsToldOfBeginAndEndWithASignature()
    {
        using var hook = new HookReceiver();
        string name = Given.Id("alert");
        (await gateway.PutWebhooksAsync($$"""{"name":"{{name}}","url":"{{hook.Url}}","secret":"s3cret","matchers":["alertname={{name}}"],"groupInterval":"100ms"}""")).Expect(200);
        await gateway.PostAsync(name);
        var told = await hook.SeesAsync(d => d.State == "firing");
        Assert.Equal(("4", name, "application/json"), (told.Json.GetProperty("version").GetString(), told.Json.GetProperty("receiver").GetString(), told.ContentType));
        Assert.Equal([name], told.Names);
        AssertSigned(told, "s3cret");
        await gateway.PostAsync(name, endsAt: DateTimeOffset.UtcNow.AddSeconds(-1));
        var over = await hook.SeesAsync(d => d.State == "resolved");
        AssertSigned(over, "s3cret");
        Assert.NotEqual(told.Id, over.Id);
        Assert.Equal(2, hook.Deliveries.Count);
    }

    [Fact]
    public async Task IsToldAgainUnderTheSameId_WhenItDidNotUnderstand()
    {
        using var hook = new HookReceiver { Status = 500 };
        string name = Given.Id("alert");
        (await gateway.PutWebhooksAsync($$"""{"name":"{{name}}","url":"{{hook.Url}}","matchers":["alertname={{name}}"]}""")).Expect(200);
        await gateway.PostAsync(name);
        var first = await hook.SeesAsync(d => d.Status == 500);
        hook.Status = 200;
        var second = await hook.SeesAsync(d => d.Status == 200);
        Assert.Equal((first.Id, first.Json.GetProperty("groupKey").GetString()), (second.Id, second.Json.GetProperty("groupKey").GetString()));
        Assert.Equal("", first.Signature);
    }

    /// <summary>A redirect is an answer like any other that is no success: nobody is sent elsewhere, and it is not tried again.</summary>
    [Fact]
    public async Task FollowsNoRedirect()
    {
        using var hook = new HookReceiver { Status = 307 };
        string name = Given.Id("alert");
        (await gateway.PutWebhooksAsync($$"""{"name":"{{name}}","url":"{{hook.Url}}","matchers":["alertname={{name}}"],"groupInterval":"100ms"}""")).Expect(200);
        await gateway.PostAsync(name);
        await hook.SeesAsync(d => d.Status == 307);
        hook.Status = 200;
        await gateway.PostAsync(name, endsAt: DateTimeOffset.UtcNow.AddSeconds(-1));
        await hook.SeesAsync(d => d.State == "resolved");
        Assert.Equal(["firing", "resolved"], hook.Deliveries.Select(d => d.State));
    }

    [Fact]
    public async Task IsToldUnderTheSameId_WhenTheProcessWasKilledMeanwhile()
    {
        using var hook = new HookReceiver { Status = 503 };
        string name = Given.Id("alert");
        (await gateway.PutWebhooksAsync($$"""{"name":"{{name}}","url":"{{hook.Url}}","matchers":["alertname={{name}}"]}""")).Expect(200);
        await gateway.PostAsync(name);
        var first = await hook.SeesAsync(d => d.Status == 503);
        await gateway.RestartAsync(kill: true);
        hook.Status = 200;
        var second = await hook.SeesAsync(d => d.Status == 200);
        Assert.Equal(first.Id, second.Id);
        Assert.Single(hook.Deliveries, d => d.Status == 200);
    }

    [Fact]
    public async Task IsToldWhenTheSilenceEnds_AndNothingBefore()
    {
        using var hook = new HookReceiver();
        string name = Given.Id("alert"), other = Given.Id("alert");
        (await gateway.PutWebhooksAsync($$"""{"name":"{{name}}","url":"{{hook.Url}}","matchers":["alertname=~\"{{name}}|{{other}}\""]}""")).Expect(200);
        var (status, silence) = await gateway.ManagerAsync(HttpMethod.Post, "silences",
            $$"""{"matchers":[{"name":"alertname","value":"{{name}}","isRegex":false}],"startsAt":"2020-01-01T00:00:00Z","endsAt":"2099-01-01T00:00:00Z","createdBy":"ana","comment":"deploying"}""");
        Assert.Equal(200, status);
        await gateway.PostAsync(name);
        await gateway.PostAsync(other);
        await hook.SeesAsync(d => d.Names.Contains(other));
        Assert.DoesNotContain(hook.Deliveries, d => d.Names.Contains(name));
        Assert.Equal(200, (await gateway.ManagerAsync(HttpMethod.Delete, $"silence/{silence.GetProperty("silenceID").GetString()}")).Status);
        await hook.SeesAsync(d => d.Names.Contains(name));
    }

    [Fact]
    public async Task ShowsWebhooksWithoutTheirSecrets()
    {
        string name = Given.Id("hook");
        (await gateway.PutWebhooksAsync($$"""{"name":"{{name}}","url":"https://hooks.example.com/x","secret":"s3cret","matchers":["severity=~\"page|critical\"","service!=x"],"repeatInterval":"1h30m"}""")).Expect(200);
        var shown = (await gateway.Api.GetAsync("/v1/webhooks")).Expect(200);
        Assert.DoesNotContain("s3cret", shown.Text, StringComparison.Ordinal);
        var own = shown.Json.GetProperty("items").EnumerateArray().Single(w => w.GetProperty("name").GetString() == name);
        Assert.True(own.GetProperty("signed").GetBoolean());
        Assert.Equal("1h30m", own.GetProperty("repeatInterval").GetString());
        Assert.Equal(["severity=~\"page|critical\"", "service!=\"x\""], own.GetProperty("matchers").EnumerateArray().Select(m => m.GetString()));
        (await gateway.SendAsync(HttpMethod.Delete, $"/v1/webhooks/{name}")).Expect(204);
        (await gateway.SendAsync(HttpMethod.Delete, $"/v1/webhooks/{name}")).Expect(404, "webhook-not-found");
    }

    [Theory]
    [InlineData("""{"url":"ftp://example.com"}""", 422, "invalid-url")]
    [InlineData("""{"url":"https://user:secret@example.com"}""", 422, "invalid-url")]
    [InlineData("""{"name":"a"}""", 422, "invalid-url")]
    [InlineData("""{"name":"a b","url":"https://example.com"}""", 422, "invalid-name")]
    [InlineData("""{"url":"https://example.com","matchers":["x"]}""", 422, "invalid-matchers")]
    [InlineData("""{"url":"https://example.com","groupWait":"soon"}""", 422, "invalid-groupWait")]
    [InlineData("""[{"name":"a","url":"https://example.com"},{"name":"a","url":"https://example.com"}]""", 422, "duplicate-name")]
    [InlineData("""[5]""", 422, "not-an-object")]
    [InlineData("""5""", 400, "not-an-object")]
    [InlineData("""{"url":5}""", 400, "invalid-url")]
    public async Task IsRefused_WhenItIsNoWebhook(string body, int status, string code) => (await gateway.PutWebhooksAsync(body)).Expect(status, code);

    private static void AssertSigned(Delivery delivery, string secret)
    {
        string[] parts = delivery.Signature.Split(',');
        string at = parts[0]["t=".Length..];
        byte[] expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{at}.{delivery.Text}"));
        Assert.Equal($"v1={Convert.ToHexStringLower(expected)}", parts[1]);
    }
}
