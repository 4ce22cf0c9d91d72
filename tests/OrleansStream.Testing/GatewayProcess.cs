namespace OrleansStream.Testing;

/// <summary><c>OrleansStream.Gateway</c> on a free loopback port; its client has the first key.</summary>
public sealed class GatewayProcess : ProductProcess
{
    private GatewayProcess(Uri url, IEnumerable<KeyValuePair<string, string>> environment) : base("OrleansStream.Gateway", url, [], environment)
    {
    }

    /// <summary>Starts it and returns when it accepts events.</summary>
    /// <param name="environment">Its configuration beside the key.</param>
    /// <param name="keyFile">The file of the first key, made when it is not there.</param>
    public static async Task<GatewayProcess> StartAsync(IEnumerable<KeyValuePair<string, string>> environment, string keyFile)
    {
        var gateway = new GatewayProcess(FreePorts.Url(), new Dictionary<string, string>(environment) { ["OrleansStream__Auth__BootstrapKeyFile"] = keyFile });
        gateway.Start();
        await gateway.WaitUntilReadyAsync();
        gateway.Http.DefaultRequestHeaders.Add("X-Api-Key", (await File.ReadAllTextAsync(keyFile)).Trim());
        return gateway;
    }
}
