using System.Globalization;
using System.Text.Json;

namespace OrleansStream.Web.Gateway;

/// <summary>The demo load, and how often the batch runs.</summary>
internal sealed class DemoCalls(GatewayClient gateway)
{
    /// <summary>Null when the API has no demo load.</summary>
    /// <exception cref="GatewayException">The API refused or did not answer.</exception>
    public Task<DemoState?> FindAsync(CancellationToken cancellationToken) => gateway.FindAsync("/v1/demo", GatewayJson.Default.DemoState, cancellationToken);

    /// <inheritdoc cref="FindAsync"/>
    public Task<DemoState> StartAsync(double ratePerSecond, CancellationToken cancellationToken)
    {
        string body = JsonSerializer.Serialize(new DemoRequest("all", ratePerSecond, WhileWatched: true), GatewayJson.Default.DemoRequest);
        return gateway.SendAsync(HttpMethod.Put, "/v1/demo", body, GatewayJson.Default.DemoState, cancellationToken);
    }

    /// <inheritdoc cref="FindAsync"/>
    public Task<DemoState> StopAsync(CancellationToken cancellationToken) => gateway.SendAsync(HttpMethod.Delete, "/v1/demo", null, GatewayJson.Default.DemoState, cancellationToken);

    /// <inheritdoc cref="FindAsync"/>
    public Task SetBatchIntervalAsync(double seconds, CancellationToken cancellationToken) =>
        gateway.DoAsync(HttpMethod.Put, "/v1/pipeline/batch", string.Create(CultureInfo.InvariantCulture, $$"""{"intervalSeconds":{{seconds}}}"""), cancellationToken);
}
