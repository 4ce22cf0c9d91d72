using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Alerts;

/// <summary>The product, where webhooks may call this machine.</summary>
public sealed class AlertGateway : OwnGateway
{
    private HttpClient? _http;

    protected override IReadOnlyList<string> Arguments => ["--OrleansStream:Webhooks:AllowPrivateTargets=true", "--OrleansStream:Webhooks:AttendInterval=00:00:00.200"];

    /// <summary>For Alertmanager's routes, whose errors are texts.</summary>
    internal HttpClient Http => _http ??= new HttpClient { BaseAddress = Api.Http.BaseAddress };

    internal async Task<Reply> PutWebhooksAsync(string body) => await SendAsync(HttpMethod.Put, "/v1/webhooks", body);

    /// <summary>Posts as Prometheus does.</summary>
    internal async Task PostAsync(string name, DateTimeOffset? endsAt = null, string service = "shop", string severity = "critical")
    {
        var alert = new JsonObject { ["labels"] = new JsonObject { ["alertname"] = name, ["service"] = service, ["severity"] = severity }, ["annotations"] = new JsonObject { ["summary"] = "no space" } };
        if (endsAt is { } end) alert["endsAt"] = end;
        using var answer = await Http.PostAsync(new Uri("/api/v2/alerts", UriKind.Relative), new StringContent(new JsonArray(alert).ToJsonString(), Encoding.UTF8, "application/json"));
        Assert.Equal(200, (int)answer.StatusCode);
    }

    /// <summary>What a route of Alertmanager's API answers.</summary>
    internal async Task<(int Status, JsonElement Body)> ManagerAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, $"/api/v2/{path}");
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await Http.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text));
    }
}
