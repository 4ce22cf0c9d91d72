using System.Text.Json;

namespace OrleansStream.Web.Gateway;

/// <summary>Services, their logs and their alerts.</summary>
internal sealed class ServiceCalls(GatewayClient gateway, TimeProvider time)
{
    private const string Operator = "web";

    /// <summary>Null when nothing is known of it.</summary>
    /// <exception cref="GatewayException">The API refused or did not answer.</exception>
    public Task<ServiceDetail?> FindAsync(string service, CancellationToken cancellationToken) =>
        gateway.FindAsync($"/v1/services/{Uri.EscapeDataString(service)}", GatewayJson.Default.ServiceDetail, cancellationToken);

    /// <inheritdoc cref="FindAsync"/>
    public async Task<IReadOnlyList<LogLine>> LogsAsync(string service, string severity, string contains, CancellationToken cancellationToken) =>
        (await gateway.FindAsync($"/v1/services/{Uri.EscapeDataString(service)}/logs?{LogQuery(severity, contains)}&limit=60", GatewayJson.Default.LogLineList, cancellationToken))?.Items ?? [];

    /// <summary>Where the lines come from as they are said.</summary>
    public static string LogStream(string service, string severity, string contains) => $"/v1/services/{Uri.EscapeDataString(service)}/logs/stream?{LogQuery(severity, contains)}";

    /// <inheritdoc cref="FindAsync"/>
    public async Task<IReadOnlyList<AlertItem>> AlertsAsync(CancellationToken cancellationToken) =>
        (await gateway.GetAsync("/v1/alerts?status=all&limit=100", GatewayJson.Default.AlertList, cancellationToken)).Items;

    /// <inheritdoc cref="FindAsync"/>
    public Task AcknowledgeAsync(string fingerprint, CancellationToken cancellationToken) => gateway.DoAsync(
        HttpMethod.Post, $"/v1/alerts/{fingerprint}/acknowledge", JsonSerializer.Serialize(new AcknowledgeRequest(Operator, null), GatewayJson.Default.AcknowledgeRequest), cancellationToken);

    /// <summary>Keeps quiet what has these labels, for so long.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public Task SilenceAsync(IReadOnlyDictionary<string, string> labels, TimeSpan duration, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var silence = new SilenceRequest([.. labels.Select(l => new SilenceMatcher(l.Key, l.Value, false, true))], now, now + duration, Operator, "silenced on the page");
        return gateway.DoAsync(HttpMethod.Post, "/api/v2/silences", JsonSerializer.Serialize(silence, GatewayJson.Default.SilenceRequest), cancellationToken);
    }

    /// <inheritdoc cref="FindAsync"/>
    public Task EndSilenceAsync(string id, CancellationToken cancellationToken) => gateway.DoAsync(HttpMethod.Delete, $"/api/v2/silence/{Uri.EscapeDataString(id)}", null, cancellationToken);

    /// <summary>Hands in what an exporter would send: OTLP as JSON.</summary>
    /// <param name="signal"><c>traces</c> or <c>logs</c>.</param>
    /// <param name="json">The request.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <inheritdoc cref="FindAsync"/>
    public Task ExportAsync(string signal, string json, CancellationToken cancellationToken) => gateway.DoAsync(HttpMethod.Post, $"/v1/{signal}", json, cancellationToken);

    private static string LogQuery(string severity, string contains) => $"severity={Uri.EscapeDataString(severity)}&contains={Uri.EscapeDataString(contains)}";
}
