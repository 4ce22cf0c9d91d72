using System.Net.Sockets;
using System.Text;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.BadInput;

/// <summary>What no HTTP client would send.</summary>
public sealed class ConnectionTests(LocalGateway gateway)
{
    [Fact]
    public async Task SurvivesOnTheSameConnection_WhenARequestWasBad()
    {
        string bad = Request("{"), good = Request(Given.Transaction()).Replace("keep-alive", "close", StringComparison.Ordinal);
        string answer = await ExchangeAsync(bad + good);
        Assert.Contains("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("HTTP/1.1 202", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /v1/cards/a%00b HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("GET /v1/cards/a%zz%ff HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /v1/cards/../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")]
    [InlineData("GET nonsense HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("POST /v1/transactions HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n")]
    [InlineData("POST /v1/transactions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n")]
    [InlineData("POST /v1/transactions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n5\r\nabc")]
    public async Task AnswersWithAClientError_WhenTheRequestIs(string request) =>
        Assert.Matches("^HTTP/1.1 4", await ExchangeAsync(request));

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("192.0.2.1")]
    public async Task RefusesWith400_WhenTheHostIs(string host) =>
        Assert.Matches("^HTTP/1.1 400", await ExchangeAsync($"GET /health/live HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:5080")]
    [InlineData("127.0.0.1:1")]
    [InlineData("[::1]")]
    public async Task Answers_WhenTheHostIs(string host) =>
        Assert.Matches("^HTTP/1.1 200", await ExchangeAsync($"GET /health/live HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));

    private static string Request(string body) =>
        $"POST /v1/transactions HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    private async Task<string> ExchangeAsync(string request)
    {
        var stop = TestContext.Current.CancellationToken;
        using var client = new TcpClient();
        await client.ConnectAsync(gateway.Url.Host, gateway.Url.Port, stop);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request), stop);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(stop);
    }
}
