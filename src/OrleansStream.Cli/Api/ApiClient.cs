using System.Net;

namespace OrleansStream.Cli.Api;

/// <summary>Makes the HTTP client a command keeps for its whole run: one warm connection pool.</summary>
internal static class ApiClient
{
    public static HttpClient Create(ServerAddress server, int connections)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            MaxConnectionsPerServer = connections,
            UseCookies = false,
            UseProxy = !server.Url.IsLoopback,
        };

        // Each request brings its own time limit, on the injected clock.
        var client = new HttpClient(handler) { BaseAddress = server.Url, Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Add("User-Agent", "ostream");
        if (server.ApiKey is not null)
        {
            client.DefaultRequestHeaders.TryAddWithoutValidation("X-Api-Key", server.ApiKey);
        }

        return client;
    }
}
