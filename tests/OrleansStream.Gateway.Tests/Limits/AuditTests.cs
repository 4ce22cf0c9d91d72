using OrleansStream.Gateway.Tests.Harness;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Tests.Limits;

/// <summary>What the process writes down of who did what, and what it never does.</summary>
public sealed class AuditTests(LimitedGateway gateway) : IClassFixture<LimitedGateway>
{
    [Fact]
    public async Task NamesKeyRouteAndAnswer_WhenAnOperatorActs()
    {
        var (id, key) = await gateway.CreateAsync("operate");
        var (reader, readKey) = await gateway.CreateAsync("read");
        string card = Given.Id("audited-card");
        (await gateway.SendAsync(HttpMethod.Delete, $"/v1/cards/{card}", key)).Expect(202);
        (await gateway.SendAsync(HttpMethod.Delete, $"/v1/cards/{card}", readKey)).Expect(403);
        (await gateway.SendAsync(HttpMethod.Delete, $"/v1/cards/{card}")).Expect(401);
        await SeesAsync($"{id} from 127.0.0.1: DELETE /v1/cards/{{cardId}} (cardId {KeyHash.Of(card)}) was answered 202.");
        await SeesAsync($"{reader} from 127.0.0.1: DELETE /v1/cards/{{cardId}} (cardId {KeyHash.Of(card)}) was answered 403.");
        await SeesAsync($"nobody from 127.0.0.1: DELETE /v1/cards/{{cardId}} (cardId {KeyHash.Of(card)}) was answered 401.");
    }

    [Fact]
    public async Task HasNeitherSecretsNorPeople_WhateverIsAsked()
    {
        var (_, key) = await gateway.CreateAsync("ingest", "read", "operate");
        string card = Given.Id("secret-card"), user = Given.Id("secret-user"), chat = Given.Id("secret-chat");
        (await gateway.SendAsync(HttpMethod.Post, "/v1/transactions", key, Given.Transaction(card, more: $",\"userId\":\"{user}\""))).Expect(202);
        (await gateway.SendAsync(HttpMethod.Post, "/v1/transactions", key, Given.Transaction(card, more: ",\"amount\":-1"))).Expect(422);
        (await gateway.SendAsync(HttpMethod.Post, "/v1/transactions", key, $"{{\"cardId\":\"{card}\"")).Expect(400);
        (await gateway.SendAsync(HttpMethod.Post, "/v1/track", key, $$"""{"event":"Product Viewed","userId":"{{user}}","properties":{"product_id":"p-1"} }""")).Expect(200);
        (await gateway.SendAsync(HttpMethod.Post, $"/v1/conversations/{chat}/messages", key, """{"role":"user","content":"hello"}""")).Expect(202);
        await gateway.SendAsync(HttpMethod.Get, $"/v1/cards/{card}", key);
        await gateway.SendAsync(HttpMethod.Get, $"/v1/users/{user}/recommendations", key);
        (await gateway.SendAsync(HttpMethod.Delete, $"/v1/users/{user}", key)).Expect(202);
        var hook = (await gateway.SendAsync(HttpMethod.Put, "/v1/webhooks", key, """{"url":"http://127.0.0.1/","secret":"hook-secret"}""")).Expect(422);
        Assert.DoesNotContain("hook-secret", hook.Text, StringComparison.Ordinal);
        await SeesAsync($"(userId {KeyHash.Of(user)}) was answered 202.");
        foreach (string secret in new[] { card, user, chat, key, gateway.Bootstrap, "hook-secret" }) Assert.DoesNotContain(secret, gateway.Output, StringComparison.Ordinal);
    }

    /// <summary>An answer is there before its line is.</summary>
    private async Task SeesAsync(string line)
    {
        for (int tries = 0; tries < 100 && !gateway.Output.Contains(line, StringComparison.Ordinal); tries++) await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Contains(line, gateway.Output, StringComparison.Ordinal);
    }
}
