using System.Net.Http.Headers;
using System.Text;

namespace OrleansStream.Gateway.Tests.Harness;

/// <summary>A client of the API in the words of the tests.</summary>
public sealed class Api : IDisposable
{
    public const string Json = "application/json";
    public const string Ndjson = "application/x-ndjson";
    private readonly string _ingest;

    /// <param name="url">Where the API is.</param>
    /// <param name="ingest">The route that is posted to.</param>
    public Api(Uri url, string ingest = "/v1/transactions")
    {
        _ingest = ingest;
        Http = new HttpClient(new ErrorContract()) { BaseAddress = url, Timeout = TimeSpan.FromSeconds(60) };
    }

    public HttpClient Http { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Hands in a body as JSON text.</summary>
    public Task<Reply> PostAsync(string body, string? contentType = Json, string? prefer = null) =>
        PostAsync(Encoding.UTF8.GetBytes(body), contentType, prefer);

    public Task<Reply> PostAsync(byte[] body, string? contentType = Json, string? prefer = null, string? encoding = null)
    {
        var content = new ByteArrayContent(body);
        if (contentType is not null) content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (encoding is not null) content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        return PostAsync(content, prefer);
    }

    public Task<Reply> PostAsync(HttpContent content, string? prefer = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _ingest) { Content = content };
        if (prefer is not null) request.Headers.TryAddWithoutValidation("Prefer", prefer);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return SendAsync(request);
    }

    /// <summary>Hands in one transaction and waits for its decision.</summary>
    public async Task<Reply> DecideAsync(string body) => (await PostAsync(body, prefer: "wait=20")).Expect(200);

    public Task<Reply> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return SendAsync(request);
    }

    public async Task<Reply> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await Http.SendAsync(request, Stop);
            return await Reply.OfAsync(response, Stop);
        }
    }

    /// <summary>The card's number of decisions once everything handed in up to the position is applied.</summary>
    public async Task<long> DecisionCountAsync(string card, string position)
    {
        var reply = (await GetAsync($"/v1/cards/{card}", ("Min-Position", position))).Expect(200);
        return reply.Json.GetProperty("decisionCount").GetInt64();
    }

    public static ByteArrayContent Chunked(byte[] body) =>
        new ChunkedContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(Json) } };

    public void Dispose() => Http.Dispose();

    /// <summary>A body whose length the server learns only at its end.</summary>
    private sealed class ChunkedContent(byte[] body) : ByteArrayContent(body)
    {
        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
