namespace OrleansStream.Gateway.Tests.Auth;

public sealed class TicketTests(KeyedGateway gateway) : IClassFixture<KeyedGateway>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OpensAnEventStreamOnly_WhenItIsAParameter()
    {
        var (_, key) = await gateway.CreateAsync("read");
        string ticket = (await gateway.SendAsync(HttpMethod.Post, "/v1/sse-tickets", key)).Expect(200).Member("ticket");
        using var stream = await OpenAsync($"/v1/decisions/stream?ticket={ticket}");
        Assert.Equal(200, (int)stream.StatusCode);
        using var several = await OpenAsync($"/v1/stream?topics=decisions&ticket={ticket}");
        Assert.Equal(200, (int)several.StatusCode);
        (await gateway.Nobody.GetAsync($"/v1/topics?ticket={ticket}")).Expect(401);
        (await gateway.SendAsync(HttpMethod.Post, $"/v1/transactions?ticket={ticket}", body: "{}")).Expect(401);
    }

    [Fact]
    public async Task OpensAnEventStreamOnly_WhenItIsACookie()
    {
        var (_, key) = await gateway.CreateAsync("read");
        var reply = (await gateway.SendAsync(HttpMethod.Post, "/v1/sse-tickets", key)).Expect(200);
        string cookie = reply.Header("Set-Cookie")!;
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        using var stream = await OpenAsync("/v1/decisions/stream", cookie.Split(';')[0]);
        Assert.Equal(200, (int)stream.StatusCode);
        (await gateway.Nobody.GetAsync("/v1/topics", ("Cookie", cookie.Split(';')[0]))).Expect(401);
    }

    [Fact]
    public async Task IsWorthNothing_WhenItIsChanged()
    {
        string ticket = (await gateway.SendAsync(HttpMethod.Post, "/v1/sse-tickets", gateway.Bootstrap)).Expect(200).Member("ticket");
        string[] parts = ticket.Split('.');
        foreach (string changed in new[] { $"{parts[0]}.{long.Parse(parts[1], null) + 3_600_000}.{parts[2]}", $"0000000000000000.{parts[1]}.{parts[2]}", parts[0], "..", $"{parts[0]}.{parts[1]}.AA" })
            (await gateway.Nobody.GetAsync($"/v1/decisions/stream?ticket={changed}")).Expect(401);
    }

    [Fact]
    public async Task EndsTheStream_WhenTheKeyIsRevoked()
    {
        var (id, key) = await gateway.CreateAsync("read");
        using var byKey = await OpenAsync("/v1/decisions/stream", key: key);
        using var byTicket = await OpenAsync($"/v1/decisions/stream?ticket={(await gateway.SendAsync(HttpMethod.Post, "/v1/sse-tickets", key)).Member("ticket")}");
        (await gateway.SendAsync(HttpMethod.Delete, $"/v1/keys/{id}", gateway.Bootstrap)).Expect(204);
        foreach (var stream in new[] { byKey, byTicket })
        {
            using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync(Stop));
            await lines.ReadToEndAsync(Stop).WaitAsync(TimeSpan.FromSeconds(10), Stop);
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(string path, string? cookie = null, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (cookie is not null) request.Headers.Add("Cookie", cookie);
        if (key is not null) request.Headers.Add("X-Api-Key", key);
        return await gateway.Nobody.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
    }
}
