namespace OrleansStream.Testing;

/// <summary><c>OrleansStream.Local</c>, on a free port, with a data directory of the test's.</summary>
public sealed class LocalProcess : ProductProcess
{
    /// <summary>Many of these run at once: OTLP's usual ports are for none of them, and few have a visitor who would wait for a page.</summary>
    private static readonly string[] Usual = ["--OrleansStream:Otlp:GrpcPort=0", "--OrleansStream:Otlp:HttpPort=0", "--OrleansStream:Web:WarmUp=false"];

    private const string Name = "OrleansStream.Local";

    private LocalProcess(string program, Uri url, IEnumerable<string> arguments) : base(program, url, arguments)
    {
    }

    /// <summary>Starts it and returns when it says that it is ready.</summary>
    /// <param name="dataDirectory">Its data directory.</param>
    /// <param name="port">0 for a free one; a restart that clients should find again takes the first one's.</param>
    /// <param name="arguments">Further arguments.</param>
    public static Task<LocalProcess> StartAsync(string dataDirectory, int port = 0, params string[] arguments) => StartProgramAsync(Name, dataDirectory, port, arguments);

    /// <summary>The same for a program that is Local with more (<see cref="ProductProcess.BinaryOf"/>).</summary>
    public static async Task<LocalProcess> StartProgramAsync(string program, string dataDirectory, int port = 0, params string[] arguments)
    {
        var local = new LocalProcess(program, FreePorts.Url(port), ["--data", dataDirectory, .. Usual, .. arguments]);
        local.Start();
        await local.WaitUntilReadyAsync();
        return local;
    }
}
