using System.Net;
using System.Text;
using System.Text.Json.Serialization;
using OrleansStream.Cli.Api;

namespace OrleansStream.Cli.Tests;

public sealed partial class PatientApiTests
{
    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.GatewayTimeout)]
    public async Task AsksAgain_WhileTheServerIsBusyOrNotThereYet(HttpStatusCode busy)
    {
        using var server = new Scripted(() => new HttpResponseMessage(busy), () => throw new HttpRequestException("connection refused"), () => Json("""{"lag":0}"""));
        var answer = await server.Api.GetAsync("v1/pipeline", TestContext.Current.CancellationToken);
        Assert.Equal(0, answer.GetProperty("lag").GetInt32());
        Assert.Equal(3, server.Bodies.Count);
    }

    [Fact]
    public async Task StopsAtOnce_WithTheServersWords_WhenItRefuses()
    {
        using var server = new Scripted(() => new HttpResponseMessage(HttpStatusCode.Forbidden) { Content = new StringContent("""{"title":"This key may not read"}""", Encoding.UTF8, "application/problem+json") });
        var stopped = await Assert.ThrowsAsync<CommandStoppedException>(() => server.Api.GetAsync("v1/pipeline", TestContext.Current.CancellationToken));
        Assert.Contains("This key may not read", stopped.Message, StringComparison.Ordinal);
        Assert.Single(server.Bodies);
    }

    [Fact]
    public async Task Stops_WhenTheServerStaysAway()
    {
        using var server = new Scripted(() => throw new HttpRequestException("connection refused"));
        var stopped = await Assert.ThrowsAsync<CommandStoppedException>(() => server.Api.GetAsync("v1/pipeline", TestContext.Current.CancellationToken));
        Assert.Contains("connection refused", stopped.Message, StringComparison.Ordinal);
        Assert.Equal(60, server.Bodies.Count);
    }

    [Fact]
    public async Task HandsInOneRecordPerLine_AlsoTheSecondTime()
    {
        using var server = new Scripted(() => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable), () => Json("""{"accepted":2,"rejected":0,"results":[]}"""));
        await server.Api.SendLinesAsync("v1/shoes", [new Shoe("a"), new Shoe("b")], ShoeJson.Default.Shoe, TestContext.Current.CancellationToken);
        Assert.Equal(["{\"id\":\"a\"}\n{\"id\":\"b\"}\n", "{\"id\":\"a\"}\n{\"id\":\"b\"}\n"], server.Bodies);
    }

    [Fact]
    public async Task Stops_WhenARecordIsRejected()
    {
        using var server = new Scripted(() => Json("""{"accepted":1,"rejected":1,"results":[{"status":"accepted"},{"status":"rejected","detail":"id is required."}]}"""));
        var stopped = await Assert.ThrowsAsync<CommandStoppedException>(() => server.Api.SendLinesAsync("v1/shoes", [new Shoe("a"), new Shoe("")], ShoeJson.Default.Shoe, TestContext.Current.CancellationToken));
        Assert.Contains("id is required.", stopped.Message, StringComparison.Ordinal);
    }

    private static HttpResponseMessage Json(string json) => new(HttpStatusCode.OK) { Content = new StringContent(json, Encoding.UTF8, "application/json") };

    internal sealed record Shoe(string Id);

    [JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Shoe))]
    internal sealed partial class ShoeJson : JsonSerializerContext;

    /// <summary>A server that answers one after the other; the last answer again and again.</summary>
    private sealed class Scripted : HttpMessageHandler
    {
        private readonly Func<HttpResponseMessage>[] _answers;
        private readonly HttpClient _http;

        public Scripted(params Func<HttpResponseMessage>[] answers)
        {
            _answers = answers;
            _http = new HttpClient(this, disposeHandler: false) { BaseAddress = new Uri("http://127.0.0.1/") };
            Api = new PatientApi(_http, new HurriedTime());
        }

        public PatientApi Api { get; }

        /// <summary>What was handed in, request by request.</summary>
        public List<string> Bodies { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Bodies.Add(request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken));
            return _answers[Math.Min(Bodies.Count, _answers.Length) - 1]();
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) _http.Dispose();
            base.Dispose(disposing);
        }
    }
}
