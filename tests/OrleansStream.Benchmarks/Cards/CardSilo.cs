using System.Diagnostics;
using System.Globalization;
using OrleansStream.Benchmarks.Engine;
using OrleansStream.Benchmarks.Measuring;
using OrleansStream.Testing;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>A silo of the product in a process of its own.</summary>
internal sealed class CardSilo : IAsyncDisposable
{
    private readonly Process _process;

    private CardSilo(Process process) => _process = process;

    public int ProcessId => _process.Id;

    /// <summary>Starts so many as one cluster, the first of them first.</summary>
    public static async Task<IReadOnlyList<CardSilo>> StartAsync(int count, CardProduct product)
    {
        int first = FreePorts.Next();
        var silos = new List<CardSilo>();
        for (int i = 0; i < count; i++) silos.Add(await StartOneAsync(i == 0 ? first : FreePorts.Next(), first, product));
        return silos;
    }

    /// <summary>Is one, until the input ends.</summary>
    public static async Task RunAsync(Settings settings)
    {
        int port = settings.Number("port", 0), first = settings.Number("first", 0);
        var product = new CardProduct(settings);
        settings.ThrowIfUnknown();
        var host = await SiloHost.StartAsync(services =>
        {
            product.ConfigureLog(services, "");
            product.ConfigureStore(services, "");
        }, product.Configure, port, first);
        Child.Answer("ready");
        await Task.Run(Console.In.ReadToEnd);
        await SiloHost.StopAsync(host);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<CardSilo> StartOneAsync(int port, int first, CardProduct product)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        string[] own = ["cards-silo", "--port", port.ToString(CultureInfo.InvariantCulture), "--first", first.ToString(CultureInfo.InvariantCulture), .. product.Arguments];
        foreach (string argument in Child.OwnAssembly.Concat(own)) start.ArgumentList.Add(argument);
        var silo = new CardSilo(Process.Start(start)!);
        while (await silo._process.StandardOutput.ReadLineAsync() is { } line)
            if (line.StartsWith(Child.Mark, StringComparison.Ordinal)) return silo;
        throw new InvalidOperationException("A silo did not start; what it said stands above.");
    }
}
