using System.Text.Json;

namespace OrleansStream.Web.Gateway;

/// <summary>Dead letters, replays and other jobs.</summary>
internal sealed class JobCalls(GatewayClient gateway)
{
    /// <exception cref="GatewayException">The API refused or did not answer.</exception>
    public Task<JobItem?> FindAsync(string id, CancellationToken cancellationToken) => gateway.FindAsync($"/v1/jobs/{id}", GatewayJson.Default.JobItem, cancellationToken);

    /// <inheritdoc cref="FindAsync"/>
    public Task CancelAsync(string id, CancellationToken cancellationToken) => gateway.DoAsync(HttpMethod.Delete, $"/v1/jobs/{id}", null, cancellationToken);

    /// <inheritdoc cref="FindAsync"/>
    public Task<JobItem> ReplayAsync(ReplayRequest replay, CancellationToken cancellationToken) => gateway.SendAsync(
        HttpMethod.Post, "/v1/replays", JsonSerializer.Serialize(replay, GatewayJson.Default.ReplayRequest), GatewayJson.Default.JobItem, cancellationToken);

    /// <summary>A dead letter with its record's text.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public Task<DeadLetterItem?> FindLetterAsync(string id, CancellationToken cancellationToken) =>
        gateway.FindAsync($"/v1/dead-letters/{Uri.EscapeDataString(id)}", GatewayJson.Default.DeadLetterItem, cancellationToken);

    /// <inheritdoc cref="FindAsync"/>
    public Task<RedriveAnswer> RedriveAsync(string id, CancellationToken cancellationToken) =>
        gateway.SendAsync(HttpMethod.Post, $"/v1/dead-letters/{Uri.EscapeDataString(id)}/redrive", null, GatewayJson.Default.RedriveAnswer, cancellationToken);

    /// <summary>The job that sends all open ones again.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public Task<JobItem> RedriveAllAsync(CancellationToken cancellationToken) => gateway.SendAsync(HttpMethod.Post, "/v1/dead-letters/redrive", "{}", GatewayJson.Default.JobItem, cancellationToken);

    /// <inheritdoc cref="FindAsync"/>
    public Task DeleteLetterAsync(string id, CancellationToken cancellationToken) => gateway.DoAsync(HttpMethod.Delete, $"/v1/dead-letters/{Uri.EscapeDataString(id)}", null, cancellationToken);
}
