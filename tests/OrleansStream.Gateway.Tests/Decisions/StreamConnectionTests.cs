using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using OrleansStream.Gateway.Tests.Harness;
using OrleansStream.Testing;

namespace OrleansStream.Gateway.Tests.Decisions;

/// <summary>Connections of event streams over time: idle, stuck, stopped, restarted. A process of its own, with short times.</summary>
public sealed partial class StreamConnectionTests : IAsyncLifetime
{
    private static readonly string[] ShortTimes = ["--OrleansStream:Gateway:Heartbeat=00:00:00.2", "--OrleansStream:Gateway:SlowClient=00:00:01"];
    private readonly ScratchDirectory _data = new();
    private LocalProcess _process = null!;
    private Api _api = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _process = await LocalProcess.StartAsync(_data.Path, 0, ShortTimes);
        _api = new Api(_process.Url);
    }

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        await _process.DisposeAsync();
        _data.Dispose();
    }

    [Fact]
    public async Task SendsAComment_WhenNothingHappens()
    {
        using var client = await ConnectAsync("");
        using var reader = new StreamReader(client.GetStream());
        string? line = "";
        while (line is not null and not ": heartbeat")
            line = await reader.ReadLineAsync(Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, Stop);
        Assert.Equal(": heartbeat", line);
    }

    [Fact]
    public async Task DropsTheClient_WhenItDoesNotTakeWhatIsSent()
    {
        string card = Given.Card();
        for (int batch = 0; batch < 3; batch++)
            (await _api.PostAsync(Given.Array(Enumerable.Range(0, 8_000).Select(_ => $$"""{"cardId":"{{card}}","amount":1}""")))).Expect(200);
        await _api.DecideAsync(Given.Transaction(card));
        using var client = await ConnectAsync("?lastEventId=earliest");
        await UntilAsync(open => open == 1);
        await UntilAsync(open => open == 0);
        await _api.DecideAsync(Given.Transaction(card));
    }

    [Fact]
    public async Task EndsStreamsAndExitsCleanly_WhenStopped()
    {
        var stream = await EventReader.OpenAsync(_api);
        Assert.Equal(0, await _process.InterruptAsync().WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Stop));
        await stream.DisposeAsync();
    }

    [Fact]
    public async Task ResumesAtTheSameId_WhenTheProcessWasRestarted()
    {
        string card = Given.Card();
        string? last;
        await using (var stream = await EventReader.OpenAsync(_api, $"?cardId={card}"))
        {
            (await _api.PostAsync(Given.Array(Given.Transaction(card, "a"), Given.Transaction(card, "b")))).Expect(200);
            last = (await stream.NextAsync()).EventId;
            Assert.Equal("b", EventReader.Member(await stream.NextAsync(), "transactionId"));
        }
        await _process.InterruptAsync();
        await _process.DisposeAsync();
        _process = await LocalProcess.StartAsync(_data.Path, _process.Url.Port, ShortTimes);
        await using var resumed = await EventReader.OpenAsync(_api, $"?cardId={card}", last);
        Assert.Equal("b", EventReader.Member(await resumed.NextAsync(), "transactionId"));
    }

    /// <summary>A client with a small window that reads nothing by itself.</summary>
    private async Task<TcpClient> ConnectAsync(string query)
    {
        var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(_process.Url.Host, _process.Url.Port, Stop);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /v1/decisions/stream{query} HTTP/1.1\r\nHost: localhost\r\n\r\n"), Stop);
        return client;
    }

    /// <summary>Polls the process's metrics for the requests in flight, its own not counted.</summary>
    private async Task UntilAsync(Func<int, bool> reached)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        int open = -1;
        while (!reached(open))
        {
            Assert.False(limit.IsCancellationRequested, $"{open} requests are still open.");
            string text = (await _api.GetAsync("/metrics")).Text;
            open = ActiveRequests().Matches(text).Sum(m => int.Parse(m.Groups[1].Value, null)) - 1;
        }
    }

    [GeneratedRegex(@"(?m)^http_server_active_requests\{.*\} (\d+)$")]
    private static partial Regex ActiveRequests();
}
