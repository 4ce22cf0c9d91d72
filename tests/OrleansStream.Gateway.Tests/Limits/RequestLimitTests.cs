using System.Net;
using System.Net.Sockets;
using System.Text;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Limits;

/// <summary>Who asks too much is refused, and others notice nothing.</summary>
public sealed class RequestLimitTests(LimitedGateway gateway) : IClassFixture<LimitedGateway>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ClosesTheConnection_WhenHeadersDoNotEnd()
    {
        string answer = await gateway.ExchangeAsync("GET /v1/topics HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 408", StringComparison.Ordinal), answer);
        await AssertOthersAreServedAsync();
    }

    [Fact]
    public async Task Answers408_WhenABodyDoesNotEnd()
    {
        var (_, key) = await gateway.CreateAsync("ingest");
        string answer = await gateway.ExchangeAsync($"POST /v1/transactions HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{");
        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.Contains("body-too-slow", answer, StringComparison.Ordinal);
        await AssertOthersAreServedAsync();
    }

    [Fact]
    public async Task Answers413_WhenLinesDoNotEnd()
    {
        var (_, key) = await gateway.CreateAsync("ingest");
        using var client = new TcpClient();
        await client.ConnectAsync(gateway.Url.Host, gateway.Url.Port, Stop);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /v1/transactions HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {key}\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"), Stop);
        var writing = WriteWithoutEndAsync(stream);
        using var reader = new StreamReader(stream);
        Assert.StartsWith("HTTP/1.1 413", await reader.ReadLineAsync(Stop), StringComparison.Ordinal);
        client.Close();
        await writing;
        await AssertOthersAreServedAsync();
    }

    [Theory]
    [InlineData(60, 1)]
    [InlineData(1, 9_000)]
    public async Task Answers431_WhenThereAreHeadersOfCountAndLength(int count, int length)
    {
        string headers = string.Concat(Enumerable.Range(0, count).Select(i => $"X-{i}: {new string('x', length)}\r\n"));
        Assert.StartsWith("HTTP/1.1 431", await gateway.ExchangeAsync($"GET /v1/topics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers429_WhenAKeyAsksTooOften()
    {
        var (_, key) = await gateway.CreateAsync("read");
        for (int i = 0; i < LimitedGateway.Burst; i++) (await gateway.SendAsync(HttpMethod.Get, "/v1/topics", key)).Expect(200);
        var refused = (await gateway.SendAsync(HttpMethod.Get, "/v1/topics", key)).Expect(429, "rate-limited");
        Assert.Equal($"\"key\";q={LimitedGateway.Burst};w=36000", Assert.Single(refused.Headers["RateLimit-Policy"]));
        Assert.StartsWith("\"key\";r=0;t=", Assert.Single(refused.Headers["RateLimit"]), StringComparison.Ordinal);
        Assert.NotEmpty(refused.Headers["Retry-After"]);
        await AssertOthersAreServedAsync();
    }

    [Fact]
    public async Task Answers429_WhenAnAddressHasTooManyEventStreams()
    {
        var (_, key) = await gateway.CreateAsync("read");
        var open = new List<HttpResponseMessage>();
        try
        {
            for (int i = 0; i < LimitedGateway.StreamsPerAddress; i++)
            {
                open.Add(await StreamAsync(key));
                Assert.Equal(HttpStatusCode.OK, open[^1].StatusCode);
            }
            using var refused = await StreamAsync(key);
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.Equal($"\"event-streams-address\";q={LimitedGateway.StreamsPerAddress};w=10", Assert.Single(refused.Headers.GetValues("RateLimit-Policy")));
            await AssertOthersAreServedAsync();
            open[0].Dispose();
            open.RemoveAt(0);
            await FindsRoomAsync(key);
        }
        finally
        {
            open.ForEach(r => r.Dispose());
        }
    }

    [Fact]
    public async Task Answers429_WhenBodiesTakeAllTheirMemory()
    {
        var (_, key) = await gateway.CreateAsync("ingest");
        // 30 MiB of line breaks are within what one body may have, and beyond what all may here.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/transactions") { Content = new ByteArrayContent(Otlp.Otlp.Zip(Encoding.UTF8.GetBytes(new string('\n', 30 << 20)))) };
        request.Headers.Add("X-Api-Key", key);
        request.Content.Headers.ContentType = new("application/x-ndjson");
        request.Content.Headers.ContentEncoding.Add("gzip");
        var refused = (await gateway.Nobody.SendAsync(request)).Expect(429, "overloaded");
        Assert.StartsWith("\"body-memory\"", Assert.Single(refused.Headers["RateLimit"]), StringComparison.Ordinal);
        // It has been given back.
        (await gateway.SendAsync(HttpMethod.Post, "/v1/transactions", key, Given.Transaction())).Expect(202);
    }

    [Fact]
    public async Task SaysWhatBrowsersMayDo_WhateverTheAnswer()
    {
        foreach (var (path, status) in new[] { ("/health/live", 200), ("/v1/topics", 401), ("/v1/nothing", 404) })
        {
            var reply = (await gateway.SendAsync(HttpMethod.Get, path)).Expect(status);
            Assert.Equal("nosniff", Assert.Single(reply.Headers["X-Content-Type-Options"]));
            Assert.Contains("frame-ancestors 'none'", Assert.Single(reply.Headers["Content-Security-Policy"]), StringComparison.Ordinal);
            Assert.Empty(reply.Headers["Access-Control-Allow-Origin"]);
        }
    }

    private async Task AssertOthersAreServedAsync()
    {
        var (_, key) = await gateway.CreateAsync("read");
        (await gateway.SendAsync(HttpMethod.Get, "/v1/topics", key)).Expect(200);
    }

    private async Task<HttpResponseMessage> StreamAsync(string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/decisions/stream");
        request.Headers.Add("X-Api-Key", key);
        return await gateway.Nobody.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
    }

    /// <summary>The server hears of a client that left when it does.</summary>
    private async Task FindsRoomAsync(string key)
    {
        for (int tries = 0; tries < 40; tries++, await Task.Delay(250, Stop))
        {
            using var response = await StreamAsync(key);
            if (response.StatusCode == HttpStatusCode.OK) return;
        }
        Assert.Fail("The place of a client that left was not given to another.");
    }

    private static async Task WriteWithoutEndAsync(NetworkStream stream)
    {
        byte[] chunk = Encoding.ASCII.GetBytes($"10000\r\n{new string('\n', 1 << 16)}\r\n");
        try
        {
            while (true) await stream.WriteAsync(chunk, Stop);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The server has heard enough, and so have we.
        }
    }
}
