using System.Diagnostics;

namespace OrleansStream.Testing;

/// <summary>
/// A broker for processes of the product: librdkafka's mock cluster in a process of its own, or, where <c>KAFKA_BOOTSTRAP</c> names one, a real one. The mock ends when its
/// input does, so that it does not outlive the tests, however they end.
/// </summary>
public sealed class KafkaBroker : IAsyncDisposable
{
    private const string ExternalVariable = "KAFKA_BOOTSTRAP";
    private const int OtherPartitions = 6;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly Process? _mock;

    private KafkaBroker(string bootstrap, Process? mock, MockBrokers options) => (Bootstrap, _mock, Brokers, Partitions) = (bootstrap, mock, options.Brokers, options.Partitions);

    /// <summary><c>host:port</c>.</summary>
    public string Bootstrap { get; }

    /// <summary>Brokers that fail when they are told to, numbered from 1; 0 where it is a real one.</summary>
    public int Brokers { get; }

    /// <summary>Of the topics to which every transaction brings records; 0 where it is a real one.</summary>
    public int Partitions { get; }

    /// <summary>With the topics of the built-in processors; the mock cannot create them when asked by Kafka's protocol.</summary>
    /// <param name="options">What the mock is like.</param>
    public static async Task<KafkaBroker> StartAsync(MockBrokers? options = null)
    {
        if (Environment.GetEnvironmentVariable(ExternalVariable) is { Length: > 0 } external) return new KafkaBroker(external, null, new MockBrokers(Brokers: 0, Partitions: 0));
        options ??= new MockBrokers();
        string program = Path.Combine(Repository.Root(), "tests", "OrleansStream.KafkaMock", "bin", Repository.Configuration(), "net10.0", "OrleansStream.KafkaMock");
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            ArgumentList = { "--brokers", $"{options.Brokers}", "--keep", $"{options.Keep}", "--topics", $"transactions={options.Partitions},decisions={options.Partitions},dead-letters=4,jobs=1,api-keys=1,events=2,fraud-rules=1,merchants={options.Partitions},merchant-frauds={OtherPartitions},devices={options.Partitions},device-changes={OtherPartitions},service-signals={OtherPartitions},alerts={OtherPartitions},service-minutes={OtherPartitions},alert-rules=1,alerting=1,clicks={OtherPartitions},session-clicks={OtherPartitions},catalog-items={OtherPartitions},catalog-categories=1,messages={OtherPartitions},contexts={OtherPartitions}" },
        };
        var mock = Process.Start(start)!;
        mock.ErrorDataReceived += (_, _) => { };
        mock.BeginErrorReadLine();
        using var limit = new CancellationTokenSource(StartLimit);
        string? line = await mock.StandardOutput.ReadLineAsync(limit.Token);
        if (line is null || !line.StartsWith("bootstrap ", StringComparison.Ordinal)) throw new InvalidOperationException($"The mock broker said '{line}'.");
        return new KafkaBroker(line["bootstrap ".Length..], mock, options);
    }

    /// <summary>Tells the mock to fail, or to be well again; returns when it is so. One at a time.</summary>
    /// <param name="command">As the head of the mock's program lists them: <c>down 1</c>, <c>rtt 1 300</c>.</param>
    public async Task TellAsync(string command)
    {
        if (_mock is null) throw new InvalidOperationException($"The brokers of {ExternalVariable} take no orders.");
        await _mock.StandardInput.WriteLineAsync(command);
        await _mock.StandardInput.FlushAsync();
        using var limit = new CancellationTokenSource(StartLimit);
        string? line = await _mock.StandardOutput.ReadLineAsync(limit.Token);
        if (line != $"done {command}") throw new InvalidOperationException($"The mock broker said '{line}' to '{command}'.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_mock is null) return;
        _mock.StandardInput.Close();
        await _mock.WaitForExitAsync();
        _mock.Dispose();
    }
}

/// <summary>What the mock brokers are like; of real ones nothing is asked.</summary>
/// <param name="Brokers">How many.</param>
/// <param name="Keep">How many records they keep of a partition, more or less: they get slower with each. 0: thousands.</param>
/// <param name="Partitions">Of the topics to which every transaction brings records. A fetch gives one batch of each, which is one record where few come: the more there are, the faster a silo catches up.</param>
public sealed record MockBrokers(int Brokers = 1, int Keep = 0, int Partitions = 6);
