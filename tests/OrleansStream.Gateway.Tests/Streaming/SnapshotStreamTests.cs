using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using OrleansStream.Gateway.Streaming;
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

    [Fact]
    public async Task LooksOnce_WhenManyAskAtATime()
    {
        var time = new FakeTimeProvider();
        var snapshots = new Snapshots(time);
        int looks = 0;
        var asked = Enumerable.Range(0, 100).Select(_ => snapshots.ReadAsync("list", () => new([(byte)Interlocked.Increment(ref looks)]))).ToArray();
        Assert.All(await Task.WhenAll(asked), s => Assert.Equal([1], s.Json));
        Assert.NotSame(asked[0], snapshots.ReadAsync("another", () => new([9])));
        time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal([2], (await snapshots.ReadAsync("list", () => new([(byte)Interlocked.Increment(ref looks)]))).Json);
    }

    [Fact]
    public async Task LooksAgain_WhenALookFailed()
    {
        var snapshots = new Snapshots(new FakeTimeProvider());
        await Assert.ThrowsAsync<InvalidOperationException>(() => snapshots.ReadAsync("list", () => throw new InvalidOperationException("down")));
        Assert.Equal([1], (await snapshots.ReadAsync("list", () => new([1]))).Json);
    }

    private async Task<string> ReplayAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/replays") { Content = new StringContent("""{"topic":"transactions","from":"earliest","target":"card-of-nobody"}""", null, Api.Json) };
        return (await gateway.Api.SendAsync(request)).Expect(202).Json.GetProperty("id").GetString()!;
    }

    private static bool IsCompleted(string json, string job) =>
        JsonDocument.Parse(json).RootElement.GetProperty("items").EnumerateArray().Any(j => j.GetProperty("id").GetString() == job && j.GetProperty("status").GetString() == "completed");
}
