using System.Text.Json;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Alerts;

/// <summary>What clients of Alertmanager's API see, and <c>/v1/alerts</c> of the same alerts.</summary>
public sealed class AlertmanagerTests(AlertGateway gateway) : IClassFixture<AlertGateway>
{
    [Fact]
    public async Task ListsAnAlert_WhileItFires()
    {
        string name = Given.Id("alert");
        await gateway.PostAsync(name);
        var alert = Assert.Single(await AlertsAsync($"filter=alertname={name}"));
        Assert.Equal((name, "active", "no space"), (alert.GetProperty("labels").GetProperty("alertname").GetString(), alert.GetProperty("status").GetProperty("state").GetString(),
            alert.GetProperty("annotations").GetProperty("summary").GetString()));
        string fingerprint = alert.GetProperty("fingerprint").GetString()!;
        var shown = (await gateway.Api.GetAsync($"/v1/alerts/{fingerprint}")).Expect(200).Json;
        Assert.Equal(("firing", "shop"), (shown.GetProperty("status").GetString(), shown.GetProperty("service").GetString()));
        await gateway.PostAsync(name, endsAt: DateTimeOffset.UtcNow.AddSeconds(-1));
        Assert.Empty(await AlertsAsync($"filter=alertname={name}"));
        Assert.Equal("resolved", (await gateway.Api.GetAsync($"/v1/alerts/{fingerprint}")).Expect(200).Json.GetProperty("status").GetString());
        Assert.DoesNotContain(fingerprint, (await gateway.Api.GetAsync("/v1/alerts")).Expect(200).Text, StringComparison.Ordinal);
        Assert.Contains(fingerprint, (await gateway.Api.GetAsync("/v1/alerts?status=resolved&service=shop&severity=critical")).Expect(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task IsOnTheStreamOfChanges_WhenItBeginsAndWhenItEnds()
    {
        string name = Given.Id("alert"), service = Given.Id("shop");
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var response = await gateway.Http.GetAsync(new Uri($"/v1/alerts/stream?service={service}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, stop.Token);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(stop.Token));
        await lines.ReadLineAsync(stop.Token);
        await gateway.PostAsync(name, service: service);
        await gateway.PostAsync(name, service: service);
        await gateway.PostAsync(name, endsAt: DateTimeOffset.UtcNow.AddSeconds(-1), service: service);
        var changes = new List<JsonElement>();
        while (changes.Count < 2 && await lines.ReadLineAsync(stop.Token) is { } line)
            if (line.StartsWith("data: {", StringComparison.Ordinal)) changes.Add(JsonElement.Parse(line[6..]));
        Assert.Equal([("firing", name), ("resolved", name)], changes.Select(c => (c.GetProperty("status").GetString()!, c.GetProperty("labels").GetProperty("alertname").GetString()!)));
        Assert.All(changes, c => Assert.False(c.TryGetProperty("ruleId", out _)));
    }

    [Fact]
    public async Task BeganWhenItBegan_WhenItIsPostedAgain()
    {
        string name = Given.Id("alert");
        await gateway.PostAsync(name);
        var first = Assert.Single(await AlertsAsync($"filter=alertname={name}")).GetProperty("startsAt").GetString();
        await gateway.PostAsync(name);
        Assert.Equal(first, Assert.Single(await AlertsAsync($"filter=alertname={name}")).GetProperty("startsAt").GetString());
    }

    [Fact]
    public async Task IsSilencedAndExpired()
    {
        string name = Given.Id("alert");
        await gateway.PostAsync(name);
        string body = $$"""{"matchers":[{"name":"alertname","value":"{{name}}","isRegex":false,"isEqual":true}],"startsAt":"{{DateTimeOffset.UtcNow:O}}","endsAt":"{{DateTimeOffset.UtcNow.AddHours(1):O}}","createdBy":"ana","comment":"deploying"}""";
        var (status, made) = await gateway.ManagerAsync(HttpMethod.Post, "silences", body);
        Assert.Equal(200, status);
        string id = made.GetProperty("silenceID").GetString()!;
        var (_, silence) = await gateway.ManagerAsync(HttpMethod.Get, $"silence/{id}");
        Assert.Equal(("active", "ana", "deploying"), (silence.GetProperty("status").GetProperty("state").GetString(), silence.GetProperty("createdBy").GetString(), silence.GetProperty("comment").GetString()));
        var alert = Assert.Single(await AlertsAsync($"filter=alertname={name}"));
        Assert.Equal(("suppressed", id), (alert.GetProperty("status").GetProperty("state").GetString(), alert.GetProperty("status").GetProperty("silencedBy")[0].GetString()));
        Assert.Empty(await AlertsAsync($"filter=alertname={name}&silenced=false"));
        Assert.Contains(id, (await gateway.ManagerAsync(HttpMethod.Get, $"silences?filter=alertname={name}")).Body.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(id, (await gateway.ManagerAsync(HttpMethod.Get, "silences?filter=alertname=none")).Body.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(200, (await gateway.ManagerAsync(HttpMethod.Delete, $"silence/{id}")).Status);
        Assert.Equal("expired", (await gateway.ManagerAsync(HttpMethod.Get, $"silence/{id}")).Body.GetProperty("status").GetProperty("state").GetString());
        Assert.Single(await AlertsAsync($"filter=alertname={name}&silenced=false"));
    }

    [Fact]
    public async Task IsAcknowledgedUntilItIsOver()
    {
        string name = Given.Id("alert");
        await gateway.PostAsync(name);
        string fingerprint = Assert.Single(await AlertsAsync($"filter=alertname={name}")).GetProperty("fingerprint").GetString()!;
        var said = (await gateway.SendAsync(HttpMethod.Post, $"/v1/alerts/{fingerprint}/acknowledge", """{"by":"ana","note":"looking"}""")).Expect(200).Json.GetProperty("acknowledged");
        Assert.Equal(("ana", "looking"), (said.GetProperty("by").GetString(), said.GetProperty("note").GetString()));
        Assert.Equal("ana", (await gateway.SendAsync(HttpMethod.Post, $"/v1/alerts/{fingerprint}/acknowledge", """{"by":"bob"}""")).Expect(200).Json.GetProperty("acknowledged").GetProperty("by").GetString());
        await gateway.PostAsync(name, endsAt: DateTimeOffset.UtcNow.AddSeconds(-1));
        (await gateway.SendAsync(HttpMethod.Post, $"/v1/alerts/{fingerprint}/acknowledge", "{}")).Expect(404, "alert-not-found");
        await gateway.PostAsync(name);
        Assert.False((await gateway.Api.GetAsync($"/v1/alerts/{fingerprint}")).Expect(200).Json.TryGetProperty("acknowledged", out _));
    }

    [Fact]
    public async Task TakesTheGoodOnes_WhenOthersAreWrong()
    {
        string name = Given.Id("alert");
        var (status, error) = await gateway.ManagerAsync(HttpMethod.Post, "alerts", $$$"""[{"labels":{}},{"labels":{"alertname":"{{{name}}}"}},{"labels":{"a":5}},5,{"labels":{"a":"b"},"startsAt":"soon"}]""");
        Assert.Equal(400, status);
        string text = error.GetString()!;
        foreach (string index in (string[])["alert 0:", "alert 2:", "alert 3:", "alert 4:"]) Assert.Contains(index, text, StringComparison.Ordinal);
        Assert.Single(await AlertsAsync($"filter=alertname={name}"));
    }

    [Theory]
    [InlineData("POST", "alerts", "{}", 400)]
    [InlineData("POST", "alerts", "[", 400)]
    [InlineData("POST", "silences", "{}", 400)]
    [InlineData("POST", "silences", """{"matchers":[{"name":"a","value":"(","isRegex":true}],"endsAt":"2099-01-01T00:00:00Z"}""", 400)]
    [InlineData("POST", "silences", """{"matchers":[5],"endsAt":"2099-01-01T00:00:00Z"}""", 400)]
    [InlineData("POST", "silences", """{"id":"none","matchers":[{"name":"a","value":"b"}],"endsAt":"2099-01-01T00:00:00Z"}""", 404)]
    [InlineData("GET", "silence/none", null, 404)]
    [InlineData("DELETE", "silence/none", null, 404)]
    [InlineData("GET", "alerts?filter=x", null, 400)]
    [InlineData("GET", "alerts?active=perhaps", null, 400)]
    [InlineData("GET", "alerts?receiver=(", null, 400)]
    [InlineData("GET", "alerts/groups?filter=x", null, 400)]
    [InlineData("GET", "silences?filter=x", null, 400)]
    public async Task AnswersAText_WhenItIsRefused(string method, string path, string? body, int status)
    {
        var (actual, error) = await gateway.ManagerAsync(new HttpMethod(method), path, body);
        Assert.Equal((status, JsonValueKind.String), (actual, error.ValueKind));
    }

    [Fact]
    public async Task HasGroupsReceiversAndStatus()
    {
        string name = Given.Id("alert");
        (await gateway.PutWebhooksAsync($$"""{"name":"{{name}}","url":"https://hooks.example.com","matchers":["alertname={{name}}"]}""")).Expect(200);
        await gateway.PostAsync(name);
        Assert.Contains(name, (await gateway.ManagerAsync(HttpMethod.Get, "receivers")).Body.GetRawText(), StringComparison.Ordinal);
        var group = Assert.Single((await gateway.ManagerAsync(HttpMethod.Get, $"alerts/groups?filter=alertname={name}")).Body.EnumerateArray());
        Assert.Equal((name, name, 1), (group.GetProperty("receiver").GetProperty("name").GetString(), group.GetProperty("labels").GetProperty("alertname").GetString(), group.GetProperty("alerts").GetArrayLength()));
        Assert.True((await gateway.ManagerAsync(HttpMethod.Get, "status")).Body.GetProperty("uptime").GetDateTimeOffset() <= DateTimeOffset.UtcNow);
        (await gateway.SendAsync(HttpMethod.Delete, $"/v1/webhooks/{name}")).Expect(204);
    }

    [Theory]
    [InlineData("/v1/alerts?status=odd", 400, "invalid-status")]
    [InlineData("/v1/alerts?cursor=none", 400, "invalid-cursor")]
    [InlineData("/v1/alerts?limit=0", 400, "invalid-limit")]
    [InlineData("/v1/alerts/none", 404, "alert-not-found")]
    public async Task IsRefused_WhenTheQueryIsNone(string path, int status, string code) => (await gateway.Api.GetAsync(path)).Expect(status, code);

    private async Task<IReadOnlyList<JsonElement>> AlertsAsync(string query)
    {
        var (status, body) = await gateway.ManagerAsync(HttpMethod.Get, $"alerts?{query}");
        Assert.Equal(200, status);
        return [.. body.EnumerateArray()];
    }
}
