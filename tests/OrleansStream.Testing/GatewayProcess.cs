namespace OrleansStream.Testing;

/// <summary><c>OrleansStream.Gateway</c> on a free loopback port; its client has the first key.</summary>
public sealed class GatewayProcess : ProductProcess
{
    private GatewayProcess(Uri url, IEnumerable<KeyValuePair<string, string>> environment) : base("OrleansStream.Gateway", url, [], environment)
    {
    }

    /// <summary>Starts it and returns when it accepts events.</summary>
    /// <param name="environment">Its configuration beside the key.</param>
    /// <param name="keyFile">The file of the first key, made when it is not there; of no meaning when the configuration has the key itself.</param>
    public static async Task<GatewayProcess> StartAsync(IEnumerable<KeyValuePair<string, string>> environment, string keyFile)
    {
        var told = new Dictionary<string, string>(environment);
        string? key = told.GetValueOrDefault("OrleansStream__Auth__BootstrapKey");
        if (key is null) told["OrleansStream__Auth__BootstrapKeyFile"] = keyFile;
        var gateway = new GatewayProcess(FreePorts.Url(), told);
        gateway.Start();
        await gateway.WaitUntilReadyAsync();
        gateway.Http.DefaultRequestHeaders.Add("X-Api-Key", key ?? (await File.ReadAllTextAsync(keyFile)).Trim());
        return gateway;
    }
}
