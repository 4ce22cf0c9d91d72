using System.Diagnostics;

namespace OrleansStream.Testing;

/// <summary>
/// A broker for processes of the product: librdkafka's mock cluster in a process of its own, or, where <c>KAFKA_BOOTSTRAP</c> names one, a real one. The mock ends when its
/// input does, so that it does not outlive the tests, however they end.
/// </summary>
public sealed class KafkaBroker : IAsyncDisposable
{
    private const string ExternalVariable = "KAFKA_BOOTSTRAP";
    private const int Partitions = 6;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly Process? _mock;

    private KafkaBroker(string bootstrap, Process? mock) => (Bootstrap, _mock) = (bootstrap, mock);

    /// <summary><c>host:port</c>.</summary>
    public string Bootstrap { get; }

    /// <summary>With the topics of the built-in processors; the mock cannot create them when asked by Kafka's protocol.</summary>
    public static async Task<KafkaBroker> StartAsync()
    {
        if (Environment.GetEnvironmentVariable(ExternalVariable) is { Length: > 0 } external) return new KafkaBroker(external, null);
        string program = Path.Combine(Repository.Root(), "tests", "OrleansStream.KafkaMock", "bin", Repository.Configuration(), "net10.0", "OrleansStream.KafkaMock");
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            ArgumentList = { "--topics", $"transactions={Partitions},decisions={Partitions},dead-letters=4,jobs=1,api-keys=1,events=2,fraud-rules=1,merchants={Partitions},merchant-frauds={Partitions},devices={Partitions},device-changes={Partitions},service-signals={Partitions},alerts={Partitions},service-minutes={Partitions},alert-rules=1,alerting=1,clicks={Partitions},session-clicks={Partitions},catalog-items={Partitions},catalog-categories=1,messages={Partitions},contexts={Partitions}" },
        };
        var mock = Process.Start(start)!;
        mock.ErrorDataReceived += (_, _) => { };
        mock.BeginErrorReadLine();
        using var limit = new CancellationTokenSource(StartLimit);
        string? line = await mock.StandardOutput.ReadLineAsync(limit.Token);
        if (line is null || !line.StartsWith("bootstrap ", StringComparison.Ordinal)) throw new InvalidOperationException($"The mock broker said '{line}'.");
        return new KafkaBroker(line["bootstrap ".Length..], mock);
    }

    public async ValueTask DisposeAsync()
    {
        if (_mock is null) return;
        _mock.StandardInput.Close();
        await _mock.WaitForExitAsync();
        _mock.Dispose();
    }
}
