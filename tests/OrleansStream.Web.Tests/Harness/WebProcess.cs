using System.Diagnostics;
using OrleansStream.Testing;

namespace OrleansStream.Web.Tests.Harness;

/// <summary>The pages as a process of their own, in front of an API elsewhere.</summary>
internal sealed class WebProcess : ProductProcess
{
    private WebProcess(Uri url, Uri gateway)
        : base("OrleansStream.Web", url, ["--OrleansStream:Web:GatewayUrl", gateway.ToString()])
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

    public static async Task<WebProcess> StartAsync(Uri gateway)
    {
        var web = new WebProcess(FreePorts.Url(0), gateway);
        web.Start();
        await web.WaitUntilReadyAsync();
        return web;
    }
}
