using OrleansStream.Gateway.Tests.Harness;
using static OrleansStream.Gateway.Tests.Recommendations.Shop;

namespace OrleansStream.Gateway.Tests.Recommendations;

public sealed class SegmentTests(LocalGateway gateway)
{
    private readonly Api _api = gateway.Api;

    [Theory]
    [InlineData("track", Api.Json)]
    [InlineData("t", Api.Json)]
    [InlineData("t", "text/plain;charset=UTF-8")]
    public async Task AnswersWithThePosition_WhenATrackIsSent(string path, string contentType)
    {
        var reply = (await _api.SegmentAsync(path, Track(Given.Id("u"), "p"), contentType)).Expect(200);
        Assert.True(reply.Json.GetProperty("success").GetBoolean());
        Assert.StartsWith("clicks:", reply.Position, StringComparison.Ordinal);
        Assert.Equal("accepted", reply.Outcomes);
    }

    [Theory]
    [InlineData("page")]
    [InlineData("screen")]
    [InlineData("group")]
    [InlineData("identify")]
    [InlineData("p")]
    [InlineData("s")]
    [InlineData("g")]
    [InlineData("i")]
    public async Task IsAccepted_WhenAMessageIsOfTheSpec(string path) =>
        Assert.Equal(1, (await _api.SegmentAsync(path, $$"""{"userId":"{{Given.Id("u")}}"}""")).Expect(200).Json.GetProperty("accepted").GetInt32());

    [Fact]
    public async Task JudgesEachMessageByItself_WhenABatchIsMixed()
    {
        string user = Given.Id("u"), large = new('x', 33_000);
        string good = Track(user, "p").Insert(1, "\"type\":\"track\",");
        string[] messages =
        [
            good, """{"type":"track"}""", """{"type":nothing}""", good.Replace("\"p\"", "\"\\u0000\"", StringComparison.Ordinal), good.Insert(1, $"\"more\":\"{large}\","),
            good.Insert(1, "\"timestamp\":\"2999-01-01T00:00:00Z\","), """{"type":"page","userId":"\ud800"}""", good.Insert(1, "\"context\":{\"user_consent\":false},"), good,
        ];
        var reply = (await _api.SegmentAsync("batch", $$"""{"batch":[{{string.Join(',', messages)}}],"writeKey":"any"}""")).Expect(200);
        Assert.Equal(
            "accepted,rejected:missing-field,rejected:malformed-json,rejected:invalid-product-id,rejected:record-too-large,rejected:time-in-future,rejected:invalid-type,accepted:no-consent,accepted",
            reply.Outcomes);
        Assert.Equal((3, 6), (reply.Json.GetProperty("accepted").GetInt32(), reply.Json.GetProperty("rejected").GetInt32()));
        string position = reply.Results[^1].GetProperty("position").GetString()!;
        Assert.Equal(2, await ViewsAsync(user, position));
    }

    [Fact]
    public async Task CountsOnce_WhenAMessageComesAgain()
    {
        string user = Given.Id("u"), message = Track(user, "p", more: ",\"messageId\":\"m-1\"");
        string position = (await _api.SegmentAsync("track", message)).Expect(200).Position;
        var again = (await _api.SegmentAsync("batch", $$"""{"batch":[{{message.Insert(1, "\"type\":\"track\",")}}]}""")).Expect(200);
        Assert.Equal("duplicate", again.Outcomes);
        Assert.Equal(position, again.Position);
        Assert.Equal(1, await ViewsAsync(user, position));
    }

    [Theory]
    [InlineData("batch", "", "empty-body")]
    [InlineData("batch", "{}", "missing-batch")]
    [InlineData("batch", """{"batch":{}}""", "missing-batch")]
    [InlineData("batch", """{"batch":[{}""", "malformed-json")]
    [InlineData("track", "nothing", "malformed-json")]
    [InlineData("track", """{"userId":"u" """, "malformed-json")]
    public async Task Answers400_WhenTheRequestAsAWholeCannotBeRead(string path, string body, string code) => (await _api.SegmentAsync(path, body)).Expect(400, code);

    [Fact]
    public async Task JoinsWhatTheAnonymousVisitorDid_WhenIdentified()
    {
        string anonymous = Given.Id("anon"), user = Given.Id("u");
        string viewed = Track(anonymous, "before").Replace("userId", "anonymousId", StringComparison.Ordinal);
        await _api.SegmentAsync("track", viewed);
        await _api.SegmentAsync("identify", $$"""{"userId":"{{user}}","anonymousId":"{{anonymous}}"}""");
        await _api.SegmentAsync("track", viewed.Replace("before", "after", StringComparison.Ordinal));

        await UntilAsync(async () => await ItemsAsync(user) is ["before", "after"]);
        var profile = (await _api.GetAsync($"/v1/users/{user}")).Expect(200).Json;
        Assert.Equal(2, profile.GetProperty("counts").GetProperty("views").GetInt64());
        Assert.Equal(anonymous, profile.GetProperty("aliases")[0].GetString());
        Assert.Equal(user, (await _api.GetAsync($"/v1/users/{anonymous}")).Expect(200).Member("joinedTo"));
    }

    private async Task<string[]> ItemsAsync(string user) =>
        await _api.GetAsync($"/v1/users/{user}") is { Status: 200 } reply && reply.Json.TryGetProperty("session", out var session)
            ? [.. session.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("itemId").GetString()!)] : [];

    private async Task<long> ViewsAsync(string user, string position) =>
        (await _api.GetAsync($"/v1/users/{user}", ("Min-Position", position))).Expect(200).Json.GetProperty("counts").GetProperty("views").GetInt64();

    internal static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (long started = Environment.TickCount64; !await condition(); await Task.Delay(10, TestContext.Current.CancellationToken))
            Assert.True(Environment.TickCount64 - started < 30_000, "It did not become so within 30 s.");
    }
}
