using System.Diagnostics;
using OrleansStream.Benchmarks.Measuring;

namespace OrleansStream.Benchmarks.Attacks;

/// <summary>
/// One kind of attack from a process of its own that yields to everything else: attackers bring their own machines, and here they would have the server's and the good
/// clients' cores.
/// </summary>
internal sealed class Attacker : IDisposable
{
    private readonly Process _process;

    private Attacker(Process process) => _process = process;

    public static Attacker Start(string kind, Uri url, string key)
    {
        var start = new ProcessStartInfo("nice") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])["-n", "19", Environment.ProcessPath!, .. Child.OwnAssembly, "attack-run", "--kind", kind, "--url", url.ToString(), "--key", key])
            start.ArgumentList.Add(argument);
        return new Attacker(Process.Start(start)!);
    }

    /// <summary>Attacks until the input ends.</summary>
    public static async Task<int> RunAsync(Settings settings)
    {
        string kind = settings.Text("kind", ""), key = settings.Text("key", "");
        var url = new Uri(settings.Text("url", ""));
        settings.ThrowIfUnknown();
        using var end = new CancellationTokenSource();
        var attacking = AttackKinds.All.Single(a => a.Name == kind).Attack(url, key, end.Token);
        await Task.Run(Console.In.ReadToEnd);
        await end.CancelAsync();
        Child.Answer(await attacking);
        return 0;
    }

    /// <summary>Ends it; what it was answered.</summary>
    public async Task<string> EndAsync()
    {
        _process.StandardInput.Close();
        string answer = Child.Read<string>((await _process.StandardOutput.ReadToEndAsync()).Split('\n'));
        await _process.WaitForExitAsync();
        return answer;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
