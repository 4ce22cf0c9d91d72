using System.Diagnostics;
using OrleansStream.Streams.Kafka;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Kafka;

/// <summary>
/// Brokers that do not let the log in: the process starts all the same, red and with the reason, refuses what is handed in, and goes on trying without a storm of connections.
/// The mock cluster knows neither SASL nor TLS: listeners of the tests' own speak as much of them as a client that is refused gets to see.
/// </summary>
public sealed class KafkaRefusalTests
{
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task SaysThatTheCredentialsAreRefused_WhenAuthenticationFails()
    {
        using var broker = new RefusingBroker();
        await using var log = Make(broker.Bootstrap, ("security.protocol", "sasl_plaintext"), ("sasl.mechanism", "PLAIN"), ("sasl.username", "silo"), ("sasl.password", "wrong-secret"));
        await log.OpenAsync().WaitAsync(Wait.Limit);
        await Wait.UntilAsync(() => log.Problem?.Contains("refuses the credentials", StringComparison.Ordinal) == true, $"the reason is known; now '{log.Problem}'");
        Assert.Contains("Invalid username or password", log.Problem, StringComparison.Ordinal);
        Assert.Contains("check sasl.*", log.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", log.Problem, StringComparison.Ordinal);
        await AssertRefusesAsync(log, "refuses the credentials");

        // It goes on trying, patiently: each of its three clients some five times a second.
        int before = broker.Refused;
        long started = Stopwatch.GetTimestamp();
        await Wait.UntilAsync(() => Stopwatch.GetElapsedTime(started) > Watched && broker.Refused > before, "it tries again");
        int tries = broker.Refused - before;
        Assert.True(tries < 70, $"{tries} connections in {Stopwatch.GetElapsedTime(started)}");
    }

    [Fact]
    public async Task SaysThatTheCertificateIsNotTrusted_WhenItsAuthorityIsNotKnown()
    {
        using var broker = new TlsListener();
        await using var log = Make(broker.Bootstrap, ("security.protocol", "ssl"));
        await AssertRedAsync(log, "The TLS connection to Kafka failed", "certificate", "check ssl.*");
    }

    [Fact]
    public async Task SaysWhatIsLikelyWrong_WhenATlsClientMeetsPlainText()
    {
        using var broker = new RefusingBroker();
        await using var log = Make(broker.Bootstrap, ("security.protocol", "ssl"));
        await AssertRedAsync(log, "SSL handshake failed", "PLAINTEXT");
    }

    /// <summary>librdkafka tells only its log that security.protocol may be wrong.</summary>
    [Fact]
    public async Task SaysThatNoBrokerAnswers_WhenAPlainClientMeetsTls()
    {
        using var broker = new TlsListener();
        await using var log = Make(broker.Bootstrap);
        await AssertRedAsync(log, "does not answer", "brokers are down");
    }

    [Fact]
    public async Task SaysThatTheNameCannotBeResolved_WhenThereIsNoSuchHost()
    {
        await using var log = Make("no-such-host.invalid:9092");
        await AssertRedAsync(log, "cannot be resolved");
    }

    private static KafkaLog Make(string bootstrap, params (string Name, string Value)[] settings)
    {
        var options = new KafkaLogOptions { BootstrapServers = bootstrap, StartTimeout = TimeSpan.FromSeconds(1), RequestTimeout = TimeSpan.FromSeconds(1) };
        options.Topics["t"] = 1;
        foreach (var (name, value) in settings) options.Settings[name] = value;
        return new KafkaLog(Microsoft.Extensions.Options.Options.Create(options), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<KafkaLog>.Instance);
    }

    private static async Task AssertRedAsync(KafkaLog log, params string[] parts)
    {
        await log.OpenAsync().WaitAsync(Wait.Limit);
        for (long started = Environment.TickCount64; parts.FirstOrDefault(p => log.Problem?.Contains(p, StringComparison.OrdinalIgnoreCase) != true) is { } missing; await Task.Delay(20))
            Assert.True(Environment.TickCount64 - started < Wait.Limit.TotalMilliseconds, $"'{missing}' is not in the reason: {log.Problem}");
        await AssertRefusesAsync(log);
    }

    private static async Task AssertRefusesAsync(KafkaLog log, string why = "")
    {
        var refusal = await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAsync("t", [Records.Of("k", "1")]).WaitAsync(Wait.Limit));
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }
}
