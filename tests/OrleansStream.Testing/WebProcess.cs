using System.Diagnostics;

namespace OrleansStream.Testing;

/// <summary>The pages as a process of their own, in front of an API elsewhere.</summary>
public sealed class WebProcess : ProductProcess
{
    private WebProcess(Uri url, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>>? environment = null) : base("OrleansStream.Web", url, arguments, environment)
    {
    }

    /// <summary>CPU time it has used so far, all threads.</summary>
    public TimeSpan Cpu
    {
        get
        {
            using var process = Process.GetProcessById(Id);
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it, told by an argument where the API is.</summary>
    public static Task<WebProcess> StartAsync(Uri gateway) => StartAsync(new WebProcess(FreePorts.Url(0), ["--OrleansStream:Web:GatewayUrl", gateway.ToString()]));

    /// <summary>Starts it with variables only.</summary>
    public static Task<WebProcess> StartAsync(IEnumerable<KeyValuePair<string, string>> environment) => StartAsync(new WebProcess(FreePorts.Url(0), [], environment));

    private static async Task<WebProcess> StartAsync(WebProcess web)
    {
        web.Start();
        await web.WaitUntilReadyAsync();
        return web;
    }
}
