using System.Globalization;
using System.Text.Json;
using OrleansStream.Gateway.Tests.Decisions;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Generic;

/// <summary>One registration call brings a processor everything that cards have.</summary>
public sealed class AccountTests(AccountHost host) : IClassFixture<AccountHost>
{
    private readonly Api _api = host.Api;

    [Fact]
    public async Task AnswersTheOutput_WhenOneMovementWaits()
    {
        string account = Given.Id("account");
        var reply = (await _api.PostAsync(Movement(account, "m-1", -3), prefer: "wait=20")).Expect(200);
        Assert.Equal(("m-1", -3, "out", "/v1/movements"), (reply.Member("movementId"), reply.Json.GetProperty("balance").GetInt32(), reply.Member("direction"), reply.Member("source")));
        Assert.Equal(reply.Position, reply.Header("Applied-Position"));
        Assert.Equal("wait=20", reply.Header("Preference-Applied"));
    }

    [Fact]
    public async Task AssignsAnId_WhenAMovementHasNone()
    {
        string account = Given.Id("account");
        var reply = (await _api.PostAsync($$"""{"accountNumber":"{{account}}","amount":1}""")).Expect(202);
        (await _api.GetAsync($"/v1/accounts/{account}/balances/{reply.Member("id")}", ("Min-Position", reply.Position))).Expect(200);
    }

    [Fact]
    public async Task ShowsTheState_WhenAskedWithAMinPosition()
    {
        string account = Given.Id("account");
        var posted = (await _api.PostAsync(Given.Array(Movement(account, "m-1", 5), Movement(account, "m-2", 6)))).Expect(200);
        string last = posted.Results[1].GetProperty("position").GetString()!;
        var state = (await _api.GetAsync($"/v1/accounts/{account}", ("Min-Position", last))).Expect(200);
        Assert.Equal((account, 11, last), (state.Member("accountNumber"), state.Json.GetProperty("balance").GetInt32(), state.Header("Applied-Position")));
        Assert.Equal("application/json", state.ContentType);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("%2F")]
    [InlineData("ein Konto / 50 %")]
    public async Task FindsStateListAndOutput_WhenKeyAndIdAre(string text)
    {
        string account = text + Given.Id("account");
        await _api.PostAsync(Movement(account, text, 1), prefer: "wait=20");
        string path = $"/v1/accounts/{Uri.EscapeDataString(account)}";
        Assert.Equal(account, (await _api.GetAsync(path)).Expect(200).Member("accountNumber"));
        Assert.Equal(1, (await _api.GetAsync(path + "/balances")).Expect(200).Json.GetProperty("items").GetArrayLength());
        Assert.Equal(text, (await _api.GetAsync($"{path}/balances/{Uri.EscapeDataString(text)}")).Expect(200).Member("movementId"));
    }

    [Fact]
    public async Task AnswersItsOwnCodes_WhenSomethingIsNotFoundOrInvalid()
    {
        (await _api.GetAsync("/v1/accounts/nobody")).Expect(404, "account-not-found");
        string account = Given.Id("account");
        await _api.PostAsync(Movement(account, "m", 1), prefer: "wait=20");
        (await _api.GetAsync($"/v1/accounts/{account}/balances/none")).Expect(404, "balance-not-found");
        (await _api.GetAsync("/v1/balances/stream?direction=sideways")).Expect(400, "invalid-direction");
        (await _api.PostAsync($$"""{"accountNumber":"{{new string('a', 257)}}","amount":1}""")).Expect(422, "invalid-account-number");
        (await _api.PostAsync("""{"amount":1}""")).Expect(422, "invalid-account-number");
        (await _api.PostAsync($$"""{"id":"{{new string('a', 257)}}","accountNumber":"a","amount":1}""")).Expect(422, "field-too-long");
    }

    [Fact]
    public async Task Answers202_WhenAMovementLeadsToNothing()
    {
        var reply = (await _api.PostAsync(Movement(Given.Id("account"), "m", 1, """,  "parts":0"""), prefer: "wait=20")).Expect(202);
        Assert.Equal(reply.Position, reply.Header("Applied-Position"));
    }

    [Fact]
    public async Task Answers202WithTheDeadLetter_WhenAMovementIsPoison()
    {
        var reply = (await _api.PostAsync(Movement(Given.Id("account"), "m", 1, ""","poison":true"""), prefer: "wait=20")).Expect(202);
        Assert.Equal("undecodable", reply.Json.GetProperty("deadLetter").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task ListsEachOutputOnce_WhenMovementsHaveSeveralAndPagesCutThem(int limit)
    {
        string account = Given.Id("account");
        int[] parts = [1, 3, 0, 20, 2, 1, 5];
        for (int i = 0; i < parts.Length; i++)
            await _api.PostAsync(Movement(account, string.Create(CultureInfo.InvariantCulture, $"m-{i}"), 1, FormattableString.Invariant($",\"parts\":{parts[i]}")), prefer: "wait=20");
        string[] expected = [.. parts.SelectMany((count, i) => Enumerable.Range(0, count).Select(part => FormattableString.Invariant($"m-{i}/{part}"))).Reverse()];
        var seen = new List<string>();
        string? cursor = "";
        while (cursor is not null)
        {
            var page = (await _api.GetAsync($"/v1/accounts/{account}/balances?limit={limit}&cursor={Uri.EscapeDataString(cursor)}")).Expect(200).Json;
            Assert.InRange(page.GetProperty("items").GetArrayLength(), 1, limit);
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(i => $"{i.GetProperty("movementId").GetString()}/{i.GetProperty("part").GetInt32()}"));
            cursor = page.GetProperty("next").GetString();
        }
        Assert.Equal(expected, seen);
    }

    [Fact]
    public async Task StreamsBothFiltersAndTheKey_WhenAskedFor()
    {
        string account = Given.Id("account");
        await using var stream = await EventReader.OpenAsync(_api, $"/v1/balances/stream?accountNumber={account}&direction=out&movedBy=m-3,m-4");
        foreach (var (id, amount) in new[] { ("m-1", -1), ("m-2", 5), ("m-3", -9), ("m-4", 1) }) await _api.PostAsync(Movement(account, id, amount), prefer: "wait=20");
        var sent = await stream.NextAsync();
        Assert.Equal("balance", sent.EventType);
        Assert.Equal("m-3", EventReader.Member(sent, "movementId"));
        var found = await _api.GetAsync($"/v1/accounts/{account}/balances/m-3");
        Assert.True(JsonElement.DeepEquals(found.Json, JsonDocument.Parse(sent.Data).RootElement));
    }

    [Theory]
    [InlineData("/v1/accounts/{0}")]
    [InlineData("/v1/accounts/{0}/balances")]
    [InlineData("/v1/accounts/{0}/balances/m-1")]
    [InlineData("/v1/accounts/nobody-{0}")]
    [InlineData("/v1/balances/stream")]
    [InlineData("/v1/stream?topics=balances")]
    [InlineData("/v1/stream?topics=none")]
    [InlineData("/openapi/v1.json")]
    public async Task AnswersLikeGetWithoutBody_WhenAskedByHead(string template)
    {
        string account = Given.Id("account"), path = string.Format(CultureInfo.InvariantCulture, template, account);
        await _api.PostAsync(Movement(account, "m-1", 1), prefer: "wait=20");
        using var get = await host.Http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var head = await host.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), TestContext.Current.CancellationToken);
        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Equal(get.Headers.TryGetValues("Applied-Position", out var got) ? got : null, head.Headers.TryGetValues("Applied-Position", out var had) ? had : null);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    private static string Movement(string account, string id, int amount, string more = "") =>
        FormattableString.Invariant($$"""{"id":"{{id}}","accountNumber":"{{account}}","amount":{{amount}}{{more}}}""");
}
