using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace OrleansStream.Web.Gateway;

/// <summary>Whether the API answers, and takes the key. Without it the pages are there and say so: the process is ready, and degraded.</summary>
internal sealed class GatewayHealthCheck(IHttpClientFactory clients, GatewayAddress address, GatewayKey key, IOptions<WebOptions> options, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // The process that is itself the API asks nobody.
        if (options.Value.GatewayUrl is null) return HealthCheckResult.Healthy();
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address.Url, "/v1/pipeline"));
            await key.AddToAsync(request, either.Token);
            using var client = clients.CreateClient(GatewayEvents.Name);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return response.IsSuccessStatusCode ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded($"The API answers {(int)response.StatusCode}.");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            return HealthCheckResult.Degraded("The API does not answer.");
        }
    }
}
