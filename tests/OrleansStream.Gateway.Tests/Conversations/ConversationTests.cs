using System.Text.Json;
using OrleansStream.Gateway.Tests.Decisions;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Conversations;

public sealed class ConversationTests(LocalGateway gateway)
{
    private readonly Api _api = gateway.Api;
    private readonly string _chat = Given.Id("chat");

    [Fact]
    public async Task HasTheFactsOfTheLastMessage_WhenAVisitorChangesHisMind()
    {
        await _api.SayAsync(_chat, "You sell cinema tickets.", "system");
        var first = await _api.ContextAsync(_chat, await _api.SayAsync(_chat, "hi, buy 3 movie tickets for tomorrow"));
        Assert.Equal(("date=tomorrow, numTickets=3", "movie tickets", 2), (first.Facts(), first.GetProperty("topic").GetString(), first.GetProperty("version").GetInt32()));
        await _api.SayAsync(_chat, "How about 6:30 pm?", "assistant");
        await _api.SayAsync(_chat, "yes, that works", more: ""","id":"yes" """);
        var last = await _api.ContextAsync(_chat, await _api.SayAsync(_chat, "actually make it 5"));
        Assert.Equal("date=tomorrow, numTickets=5, time=6:30 pm", last.Facts());
        Assert.Equal(["You sell cinema tickets.", "hi, buy 3 movie tickets for tomorrow", "How about 6:30 pm?", "yes, that works", "actually make it 5"], last.Contents());
        var source = last.GetProperty("factSources").GetProperty("time");
        Assert.Equal(("yes", "accepted"), (source.GetProperty("messageId").GetString(), source.GetProperty("basis").GetString()));
    }

    [Fact]
    public async Task IsInOrderOfTimes_WhenMessagesComeLateAndTwice()
    {
        foreach (int minute in (int[])[2, 0, 1, 1]) await _api.SayAsync(_chat, $"for march {minute + 1}", more: $$""","id":"m-{{minute}}","time":"2026-11-22T10:0{{minute}}:00Z" """);
        var context = await _api.ContextAsync(_chat, await _api.SayAsync(_chat, "?", "assistant", ""","time":"2026-11-22T09:00:00Z" """));
        Assert.Equal(["?", "for march 1", "for march 2", "for march 3"], context.Contents());
        Assert.Equal("date=march 3", context.Facts());
    }

    [Fact]
    public async Task KeepsConversationsApart_WhenManyAreInterleaved()
    {
        string[] chats = [.. Enumerable.Range(0, 50).Select(_ => Given.Id("chat"))];
        var lines = Enumerable.Range(0, 6).SelectMany(n => chats.Select((chat, c) => $$"""{"conversationId":"{{chat}}","role":"user","content":"make it {{1 + c + n}} tickets","id":"m-{{n}}","time":"2026-11-22T10:00:0{{n}}Z"}"""));
        var reply = (await _api.PostToAsync("/v1/messages", string.Join('\n', lines), Api.Ndjson)).Expect(200);
        string[] positions = [.. reply.Results.Select(r => r.GetProperty("position").GetString()!)];
        for (int c = 0; c < chats.Length; c++)
        {
            var context = await _api.ContextAsync(chats[c], positions[^(chats.Length - c)]);
            Assert.Equal(Enumerable.Range(0, 6).Select(n => $"make it {1 + c + n} tickets"), context.Contents());
            Assert.Equal($"numTickets={c + 6}", context.Facts());
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(60)]
    [InlineData(400)]
    public async Task IsWithinTheBudget_WhenALongConversationIsAskedFor(int budget)
    {
        await _api.SayAsync(_chat, "Be kind. " + string.Join(' ', Enumerable.Repeat("Always be kind.", 20)), "system");
        string position = "";
        for (int i = 0; i < 30; i++) position = await _api.SayAsync(_chat, $"I need {i + 1} tickets for the opera on friday. {string.Join(' ', Enumerable.Repeat("Very", i))}", more: $$""","time":"2026-11-22T10:00:{{i:00}}Z" """);
        var context = await _api.ContextAsync(_chat, position, $"?maxTokens={budget}");
        Assert.True(context.GetProperty("tokens").GetInt32() <= budget);
        Assert.Equal("system", context.GetProperty("messages")[0].GetProperty("role").GetString());
        Assert.StartsWith("I need 30", context.Contents()[^1] + (budget == 16 ? " 30" : ""), StringComparison.Ordinal);
        Assert.True(context.GetProperty("omitted").GetInt32() > 0);
    }

    [Fact]
    public async Task ShowsNothingMore_WhenItIsErased()
    {
        await _api.SayAsync(_chat, "my secret is xyzzy, 3 tickets for friday");
        var erased = (await _api.SendAsync(new HttpRequestMessage(HttpMethod.Delete, $"/v1/conversations/{_chat}"))).Expect(202);
        (await _api.GetAsync($"/v1/conversations/{_chat}/context", ("Min-Position", erased.Position))).Expect(404, "conversation-not-found");
        var state = (await _api.GetAsync($"/v1/conversations/{_chat}")).Expect(200);
        Assert.DoesNotContain("friday", state.Text, StringComparison.Ordinal);
        Assert.Equal(0, state.Json.GetProperty("messageCount").GetInt32());
        await using var stream = await EventReader.OpenAsync(_api, $"/v1/conversations/{_chat}/stream?lastEventId=earliest");
        for (string seen = ""; seen != "erased";)
        {
            var item = await stream.NextAsync();
            Assert.DoesNotContain("xyzzy", item.Data, StringComparison.Ordinal);
            Assert.DoesNotContain("friday", item.Data, StringComparison.Ordinal);
            seen = item.EventType;
        }
        // It begins anew.
        Assert.Equal(["hello"], (await _api.ContextAsync(_chat, await _api.SayAsync(_chat, "hello"))).Contents());
    }

    [Fact]
    public async Task IsSentAnew_AfterEachMessage()
    {
        await using var stream = await EventReader.OpenAsync(_api, $"/v1/conversations/{_chat}/stream");
        await _api.SayAsync(Given.Id("chat"), "somebody else's");
        await _api.SayAsync(_chat, "3 tickets");
        var item = await stream.NextAsync();
        var context = JsonDocument.Parse(item.Data).RootElement;
        Assert.Equal(("context", _chat, "numTickets=3"), (item.EventType, context.GetProperty("conversationId").GetString(), context.Facts()));
    }

    [Fact]
    public async Task AnswersTheChange_WhenSomebodyWaits()
    {
        var reply = (await _api.PostToAsync($"/v1/conversations/{_chat}/messages", """{"role":"user","content":"3 tickets","id":"m-1"}""", prefer: "wait=20")).Expect(200);
        Assert.Equal((_chat, "m-1", 1), (reply.Member("conversationId"), reply.Member("messageId"), reply.Json.GetProperty("version").GetInt32()));
    }

    [Fact]
    public async Task SaysThatThereIsNone_WhenNoChatClientIsRegistered()
    {
        await _api.SayAsync(_chat, "hello");
        (await _api.PostToAsync($"/v1/conversations/{_chat}/reply", "")).Expect(404, "no-chat-client");
    }

    [Theory]
    [InlineData("""{"content":"hi"}""", 422, "missing-field")]
    [InlineData("""{"role":"user"}""", 422, "missing-field")]
    [InlineData("""{"role":"robot","content":"hi"}""", 422, "invalid-role")]
    [InlineData("""{"role":"user","content":["hi"]}""", 422, "invalid-type")]
    [InlineData("""{"role":"user","content":"hi","time":"later"}""", 422, "invalid-time")]
    [InlineData("""{"role":"user","content":"hi","time":"9999-12-31T23:59:59Z"}""", 422, "time-in-future")]
    [InlineData("""{"role":"user","content":"hi","conversationId":"another"}""", 422, "invalid-conversation-id")]
    [InlineData("""{"role":"user","content":"\ud800"}""", 422, "malformed-json")]
    [InlineData("""{"role":"user",""", 400, "malformed-json")]
    [InlineData("7", 400, "not-an-object")]
    [InlineData("", 400, "empty-body")]
    public async Task SaysWhatIsWrong_WhenAMessageIsBad(string body, int status, string code)
    {
        var reply = await _api.PostToAsync($"/v1/conversations/{_chat}/messages", body);
        Assert.Equal(code, reply.Code);
        // Half a surrogate pair is well-formed JSON and no text.
        if (!body.Contains("ud800", StringComparison.Ordinal)) reply.Expect(status);
    }

    [Fact]
    public async Task SpoilsOnlyItself_WhenAMessageOfABatchIsBad()
    {
        string path = $"/v1/conversations/{_chat}/messages";
        var reply = (await _api.PostToAsync(path, """[{"role":"user","content":"3 tickets"},{"role":"user"},{"role":"user","content":"friday"}]""")).Expect(207);
        Assert.Equal("accepted,rejected:missing-field,accepted", reply.Outcomes);
        Assert.Equal("date=friday, numTickets=3", (await _api.ContextAsync(_chat, reply.Results[2].GetProperty("position").GetString()!)).Facts());
        Assert.Equal("rejected:field-too-long", (await _api.PostToAsync(path, $$"""[{"role":"user","content":"{{new string('x', 16_001)}}"}]""")).Expect(422).Outcomes);
    }

    [Fact]
    public async Task KeepsTheOrderOfABatch_WhenMessagesHaveNoTimes()
    {
        string[] lines = [.. Enumerable.Range(0, 40).Select(i => $"line {i}")];
        var reply = (await _api.PostToAsync($"/v1/conversations/{_chat}/messages", Given.Array(lines.Select(l => $$"""{"role":"user","content":"{{l}}"}""")))).Expect(200);
        Assert.Equal(lines, (await _api.ContextAsync(_chat, reply.Results[^1].GetProperty("position").GetString()!)).Contents());
    }

    [Theory]
    [InlineData("15")]
    [InlineData("1000001")]
    [InlineData("-1")]
    [InlineData("many")]
    public async Task SaysWhatIsAllowed_WhenABudgetIsNone(string maxTokens) => (await _api.GetAsync($"/v1/conversations/{_chat}/context?maxTokens={maxTokens}")).Expect(400, "invalid-max-tokens");

    [Fact]
    public async Task IsNotFound_WhenNothingWasSaid()
    {
        (await _api.GetAsync($"/v1/conversations/{_chat}/context")).Expect(404, "conversation-not-found");
        (await _api.GetAsync($"/v1/conversations/{new string('x', 129)}/context")).Expect(404, "conversation-not-found");
    }
}
