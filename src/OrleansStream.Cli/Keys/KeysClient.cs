using System.Net.Http.Headers;
using System.Text.Json;
using OrleansStream.Cli.Api;

namespace OrleansStream.Cli.Keys;

/// <summary><c>/v1/keys</c>. What the server refuses stops the command with the server's words.</summary>
internal sealed class KeysClient(HttpClient http, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public async Task<KeyReply> CreateAsync(string name, IReadOnlyList<string> scopes, DateTimeOffset? expiresAt, CancellationToken stop)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new KeyRequest(name, scopes, expiresAt), KeyJson.Default.KeyRequest));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/keys") { Content = content };
        return JsonSerializer.Deserialize(await SendAsync(request, stop), KeyJson.Default.KeyReply)!;
    }

    public async Task<KeyPageReply> ListAsync(CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "v1/keys");
        return JsonSerializer.Deserialize(await SendAsync(request, stop), KeyJson.Default.KeyPageReply)!;
    }

    public async Task RevokeAsync(string id, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"v1/keys/{Uri.EscapeDataString(id)}");
        await SendAsync(request, stop);
    }

    public void Dispose() => http.Dispose();

    private async Task<byte[]> SendAsync(HttpRequestMessage request, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        try
        {
            using var response = await http.SendAsync(request, either.Token);
            byte[] body = await response.Content.ReadAsByteArrayAsync(either.Token);
            return response.IsSuccessStatusCode ? body : throw new CommandStoppedException(Problems.Describe(response.StatusCode, Problems.Read(body)));
        }
        catch (HttpRequestException e)
        {
            throw new CommandStoppedException($"{http.BaseAddress}: {e.GetBaseException().Message}");
        }
        catch (JsonException)
        {
            throw new CommandStoppedException($"{http.BaseAddress} answers with something that is no key: is it an OrleansStream?");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new CommandStoppedException($"{http.BaseAddress} did not answer within {Timeout.TotalSeconds:0} s.");
        }
    }
}
