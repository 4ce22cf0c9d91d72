using System.Text.Json;
using OrleansStream.Gateway.Tests.Decisions;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Streaming;

/// <summary>Lists that are pushed as a whole.</summary>
public sealed class SnapshotStreamTests(LocalGateway gateway)
{
    [Theory]
    [InlineData("services")]
    [InlineData("jobs")]
    [InlineData("cases")]
    [InlineData("dead-letters")]
    [InlineData("topics")]
    public async Task SendsTheListAtOnce_WhenAStreamIsOpened(string list)
    {
        await using var events = await EventReader.OpenAsync(gateway.Api, $"/v1/{list}/stream");
        var first = await events.NextAsync();
        Assert.Equal(list, first.EventType);
        Assert.Equal(JsonValueKind.Array, JsonDocument.Parse(first.Data).RootElement.GetProperty("items").ValueKind);
    }

    [Fact]
    public async Task SendsItAgain_WhenItHasChanged_AndNothingToWhoHasItAlready()
    {
        await using var events = await EventReader.OpenAsync(gateway.Api, "/v1/jobs/stream");
        var before = await events.NextAsync();
        string job = await ReplayAsync();
        var after = await events.NextAsync();
        // It may be seen queued or running first.
        while (!IsCompleted(after.Data, job)) after = await events.NextAsync();
        Assert.NotEqual(before.EventId, after.EventId);
        await using var again = await EventReader.OpenAsync(gateway.Api, $"/v1/jobs/stream?lastEventId={after.EventId}");
        string next = await ReplayAsync();
        Assert.Contains(next, (await again.NextAsync()).Data, StringComparison.Ordinal);
    }

    private async Task<string> ReplayAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/replays") { Content = new StringContent("""{"topic":"transactions","from":"earliest","target":"card-of-nobody"}""", null, Api.Json) };
        return (await gateway.Api.SendAsync(request)).Expect(202).Json.GetProperty("id").GetString()!;
    }

    private static bool IsCompleted(string json, string job) =>
        JsonDocument.Parse(json).RootElement.GetProperty("items").EnumerateArray().Any(j => j.GetProperty("id").GetString() == job && j.GetProperty("status").GetString() == "completed");
}
