using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Cluster;

/// <summary>A key and a ticket made at one gateway, used at another, without any silo.</summary>
internal static class GatewayKeys
{
    private static readonly TimeSpan Known = TimeSpan.FromSeconds(5);

    public static async Task AssertSharedAsync(GatewayProcess first, GatewayProcess second)
    {
        using var made = await first.Http.PostAsJsonAsync(new Uri("/v1/keys", UriKind.Relative), new { name = "shared", scopes = new[] { "read" } });
        var key = JsonNode.Parse(await made.Content.ReadAsStringAsync())!;
        using var client = new HttpClient { BaseAddress = second.Url, DefaultRequestHeaders = { { "X-Api-Key", key["key"]!.GetValue<string>() } } };
        await UntilAsync(client, HttpStatusCode.OK, second);

        using var ticketed = await client.PostAsync(new Uri("/v1/sse-tickets", UriKind.Relative), null);
        string ticket = JsonNode.Parse(await ticketed.Content.ReadAsStringAsync())!["ticket"]!.GetValue<string>();
        using var anonymous = new HttpClient { BaseAddress = first.Url };
        using (var stream = await anonymous.GetAsync(new Uri($"/v1/decisions/stream?ticket={ticket}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead))
            Assert.Equal(HttpStatusCode.OK, stream.StatusCode);

        using var revoked = await first.Http.DeleteAsync(new Uri($"/v1/keys/{key["id"]}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        await UntilAsync(client, HttpStatusCode.Unauthorized, second);
    }

    public static async Task<string> CreateAsync(GatewayProcess gateway, params string[] scopes)
    {
        using var made = await gateway.Http.PostAsJsonAsync(new Uri("/v1/keys", UriKind.Relative), new { name = "test", scopes });
        return JsonNode.Parse(await made.Content.ReadAsStringAsync())!["key"]!.GetValue<string>();
    }

    private static async Task UntilAsync(HttpClient client, HttpStatusCode status, GatewayProcess gateway)
    {
        for (long started = Environment.TickCount64; ; await Task.Delay(20))
        {
            using var answer = await client.GetAsync(new Uri("/v1/dead-letters", UriKind.Relative));
            if (answer.StatusCode == status) return;
            Assert.True(Environment.TickCount64 - started < Known.TotalMilliseconds, $"Still {answer.StatusCode} after {Known}:\n{gateway.Output}");
        }
    }
}
