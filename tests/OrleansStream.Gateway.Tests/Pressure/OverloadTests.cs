using System.Net;
using System.Text;
using System.Text.Json;
using OrleansStream.Gateway.Tests.Generic;
using OrleansStream.Gateway.Tests.Harness;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Pressure;

namespace OrleansStream.Gateway.Tests.Pressure;

/// <summary>What clients hear when the system is full, or a part of it is away: 429 and 503, never 500.</summary>
public sealed class OverloadTests(AccountHost host) : IClassFixture<AccountHost>
{
    private static readonly IngestPressure Lag = new("lag", TimeSpan.FromSeconds(2.5), "Too many wait.");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"accountNumber":"a","amount":1}""")]
    [InlineData("""[{"accountNumber":"a","amount":1},{"accountNumber":"b","amount":1}]""")]
    [InlineData("nonsense")]
    public async Task Answers429WithHeadersAndTakesNothing_WhenAGateIsClosed(string body)
    {
        host.Gate.Closed["movements"] = Lag;
        long before = Records();
        var (response, problem) = await PostAsync(body);
        host.Gate.Closed.Clear();
        Assert.Equal((HttpStatusCode.TooManyRequests, "overloaded", "Too many wait."), (response.StatusCode, Text(problem, "code"), Text(problem, "detail")));
        Assert.Equal("3", Header(response, "Retry-After"));
        Assert.Equal("\"lag\";q=1;w=3", Header(response, "RateLimit-Policy"));
        Assert.Equal("\"lag\";r=0;t=3", Header(response, "RateLimit"));
        Assert.Equal(before, Records());
    }

    [Fact]
    public async Task TakesOtherTopics_WhenAGateIsClosedForOne()
    {
        host.Gate.Closed["transactions"] = Lag;
        var (response, _) = await PostAsync($$"""{"accountNumber":"{{Given.Id("account")}}","amount":1}""");
        host.Gate.Closed.Clear();
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Fact]
    public async Task QuotesThePolicysName_WhenItIsNoToken()
    {
        host.Gate.Closed["movements"] = new IngestPressure("a \"b\\\r\nX: y ü", TimeSpan.Zero, "x");
        var (response, _) = await PostAsync("{}");
        host.Gate.Closed.Clear();
        Assert.Equal("\"a \\\"b\\\\X: y \";r=0;t=1", Header(response, "RateLimit"));
    }

    [Fact]
    public async Task Answers429_WhenTheLogIsOverloaded()
    {
        var (response, problem) = await WithAsync(new LogOverloadedException("inner words"));
        Assert.Equal((HttpStatusCode.TooManyRequests, "overloaded"), (response.StatusCode, Text(problem, "code")));
        Assert.Equal("\"log-queue\";r=0;t=1", Header(response, "RateLimit"));
        Assert.DoesNotContain("inner words", problem.GetRawText(), StringComparison.Ordinal);
    }

    public static TheoryData<Exception, string> Failures => new()
    {
        { new LogUnavailableException("inner words"), "log-unavailable" },
        { new LogFullException("inner words"), "log-full" },
        { new TimeoutException("inner words"), "timeout" },
        { new IOException("inner words"), "unavailable" },
        { new OperationCanceledException("inner words"), "unavailable" },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public async Task Answers503_WhenAppendingFails(Exception failure, string code)
    {
        var (response, problem) = await WithAsync(failure);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, code), (response.StatusCode, Text(problem, "code")));
        Assert.NotNull(Header(response, "Retry-After"));
        Assert.DoesNotContain("inner words", problem.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AccountProcessor.Unreadable, 503, "state-unreadable")]
    [InlineData(AccountProcessor.Gone, 503, "unavailable")]
    [InlineData(AccountProcessor.Late, 503, "timeout")]
    [InlineData(AccountProcessor.Broken, 500, "internal-error")]
    public async Task AnswersAProblem_WhenAGrainThrows(string kind, int status, string code)
    {
        string account = Given.Id(kind);
        await PostAsync($$"""{"accountNumber":"{{account}}","amount":1}""", "wait=20");
        using var response = await host.Http.GetAsync($"/v1/accounts/{account}", Stop);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Stop)).RootElement;
        Assert.Equal((status, code), ((int)response.StatusCode, Text(problem, "code")));
        Assert.DoesNotContain("secret", problem.GetRawText(), StringComparison.Ordinal);
    }

    private async Task<(HttpResponseMessage Response, JsonElement Problem)> WithAsync(Exception failure)
    {
        host.Log.OnAppend = failure;
        try
        {
            return await PostAsync("""{"accountNumber":"a","amount":1}""");
        }
        finally
        {
            host.Log.OnAppend = null;
        }
    }

    private async Task<(HttpResponseMessage Response, JsonElement Body)> PostAsync(string body, string? prefer = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/movements") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (prefer is not null) request.Headers.Add("Prefer", prefer);
        var response = await host.Http.SendAsync(request, Stop);
        return (response, JsonDocument.Parse(await response.Content.ReadAsStringAsync(Stop)).RootElement);
    }

    private long Records() => Enumerable.Range(0, 2).Sum(p => host.Log.Watermarks(new TopicPartition("movements", p)).High);

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.Single() : null;

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
