using System.Text.Json;
using OrleansStream.Cli.Api;

namespace OrleansStream.Cli.Keys;

/// <summary><c>/v1/keys</c>.</summary>
internal sealed class KeysClient(HttpClient http, TimeProvider clock) : IDisposable
{
    private readonly JsonApi _api = new(http, clock);

    public async Task<KeyReply> CreateAsync(string name, IReadOnlyList<string> scopes, DateTimeOffset? expiresAt, CancellationToken stop)
    {
        var wish = JsonSerializer.Serialize(new KeyRequest(name, scopes, expiresAt), KeyJson.Default.KeyRequest);
        return (await _api.PostAsync("v1/keys", wish, stop)).Deserialize(KeyJson.Default.KeyReply)!;
    }

    public async Task<KeyPageReply> ListAsync(CancellationToken stop) => (await _api.GetAsync("v1/keys", stop)).Deserialize(KeyJson.Default.KeyPageReply)!;

    public async Task RevokeAsync(string id, CancellationToken stop) => await _api.DeleteAsync($"v1/keys/{Uri.EscapeDataString(id)}", stop);

    public void Dispose() => http.Dispose();
}
