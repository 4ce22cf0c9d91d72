using System.Net;
using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Net.Client;
using OrleansStream.Otlp.Protocol;
using OrleansStream.Testing;
using StatusCode = Grpc.Core.StatusCode;

namespace OrleansStream.Gateway.Tests.Otlp;

/// <summary>OTLP's own ports of <c>OrleansStream.Local</c>: who may export there, and what happens when another process has them.</summary>
public sealed class OtlpPortTests : IAsyncLifetime
{
    private readonly ScratchDirectory _data = new();
    private readonly ScratchDirectory _others = new();
    private readonly int _grpc = FreePorts.Next();
    private readonly int _http = FreePorts.Next();
    private LocalProcess? _local;
    private HttpClient? _client;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string KeyFile => Path.Combine(_data.Path, "first-key");

    private string[] Ports => [$"--OrleansStream:Otlp:GrpcPort={_grpc}", $"--OrleansStream:Otlp:HttpPort={_http}"];

    public async ValueTask InitializeAsync()
    {
        _local = await LocalProcess.StartAsync(_data.Path, 0, [$"--OrleansStream:Auth:BootstrapKeyFile={KeyFile}", .. Ports]);
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_http}") };
    }

    [Fact]
    public async Task AsksForAKeyThatMayIngest_AndSaysSoWhenTheyAreTaken()
    {
        string first = (await File.ReadAllTextAsync(KeyFile, Stop)).Trim(), ingest = await KeyAsync(first, "ingest"), read = await KeyAsync(first, "read");
        Assert.Equal((StatusCode.Unauthenticated, StatusCode.Unauthenticated, StatusCode.PermissionDenied, StatusCode.OK),
            (await GrpcAsync(null), await GrpcAsync("no-such-key"), await GrpcAsync(read), await GrpcAsync(ingest)));
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.OK),
            (await HttpAsync(null), await HttpAsync("no-such-key"), await HttpAsync(read), await HttpAsync(ingest)));

        // A second one on the same ports starts, takes exports at its API, and says what it could not have.
        await using var other = await LocalProcess.StartAsync(_others.Path, 0, Ports);
        await other.SeesAsync($"OTLP/gRPC is not taken: port {_grpc} is in use.", TimeSpan.FromSeconds(30));
        await other.SeesAsync($"OTLP/HTTP is not taken: port {_http} is in use.", TimeSpan.FromSeconds(30));
        using var answer = await other.Http.PostAsync(new Uri("v1/logs", UriKind.Relative), Otlp.Content(Now()), Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await other.InterruptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_local is not null)
        {
            await _local.InterruptAsync();
            await _local.DisposeAsync();
        }
        _data.Dispose();
        _others.Dispose();
    }

    private async Task<string> KeyAsync(string first, string scope)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("v1/keys", UriKind.Relative))
        {
            Content = new StringContent(new JsonObject { ["name"] = scope, ["scopes"] = new JsonArray(scope) }.ToJsonString(), System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-Api-Key", first);
        using var answer = await _local!.Http.SendAsync(request, Stop);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Stop))!["key"]!.GetValue<string>();
    }

    private async Task<StatusCode> GrpcAsync(string? key)
    {
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{_grpc}");
        try
        {
            await new LogsService.LogsServiceClient(channel).ExportAsync(Now(), key is null ? [] : new Metadata { { "x-api-key", key } }, cancellationToken: Stop);
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }

    private async Task<HttpStatusCode> HttpAsync(string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("v1/logs", UriKind.Relative)) { Content = Otlp.Content(Now()) };
        if (key is not null) request.Headers.Add("X-Api-Key", key);
        using var answer = await _client!.SendAsync(request, Stop);
        return answer.StatusCode;
    }

    private static ExportLogsServiceRequest Now() => Otlp.Logs("ports", Otlp.Log(Guid.NewGuid().ToString("N"), time: (ulong)(DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100));
}
