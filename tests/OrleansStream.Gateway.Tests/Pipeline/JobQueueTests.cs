using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Tests.Generic;
using OrleansStream.Streams.Replay;

namespace OrleansStream.Gateway.Tests.Pipeline;

/// <summary>What clients hear when as many jobs wait as may.</summary>
public sealed class JobQueueTests(AccountHost host) : IClassFixture<AccountHost>
{
    [Theory(Timeout = 60_000)]
    [InlineData("/v1/replays", """{"topic":"movements","from":"earliest","target":"orleansstream"}""")]
    [InlineData("/v1/dead-letters/redrive", """{"topic":"movements"}""")]
    public async Task Answers429AndStartsNothing_WhenTheQueueIsFull(string path, string body)
    {
        var slots = host.Services.GetRequiredService<ReplaySlots>();
        var limits = host.Services.GetRequiredService<IOptions<ReplayOptions>>().Value;
        var taken = new List<ReplaySlot>();
        // All of them: a job that is just ending would give its place to the one that is to be refused.
        while (taken.Count < limits.AtWork + limits.Waiting)
        {
            if (slots.TryReserve() is { } slot) taken.Add(slot);
            else await Task.Delay(10, TestContext.Current.CancellationToken);
        }
        int before = await CountAsync();
        using var refused = await PostAsync(path, body);
        foreach (var slot in taken) slot.Dispose();
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("5", Assert.Single(refused.Headers.GetValues("Retry-After")));
        Assert.Equal("\"jobs\";r=0;t=5", Assert.Single(refused.Headers.GetValues("RateLimit")));
        Assert.Contains("\"code\":\"overloaded\"", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(before, await CountAsync());
        using var accepted = await PostAsync(path, body);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
    }

    private async Task<int> CountAsync() => (await host.Api.GetAsync("/v1/jobs?limit=500")).Expect(200).Json.GetProperty("items").GetArrayLength();

    private Task<HttpResponseMessage> PostAsync(string path, string body) =>
        host.Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
}
