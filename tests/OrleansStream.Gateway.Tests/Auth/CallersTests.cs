using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Keys;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;
using OrleansStream.Testing;

namespace OrleansStream.Gateway.Tests.Auth;

/// <summary>What depends on time, and what two gateways must agree on.</summary>
public sealed class CallersTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));
    private readonly ScratchDirectory _folder = new();
    private readonly ReadableList _list = new();

    [Fact]
    public void RefusesTheKey_WhenItHasExpired()
    {
        string text = Make(expiresAfter: TimeSpan.FromMinutes(1));
        Assert.NotNull(Callers().OfKey(text));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(Callers().OfKey(text));
    }

    [Fact]
    public void StaysRevoked_WhenAnOlderRecordComesAfterwards()
    {
        var (key, text) = MakeKey(null);
        Take(key with { RevokedAt = _time.GetUtcNow() });
        Take(key);
        Assert.Null(Callers().OfKey(text));
    }

    [Fact]
    public void WorksAtEveryGateway_WhenATicketIsMadeAtOne()
    {
        var (first, second) = (new Ticket(Callers(), _time), new Ticket(Callers(), _time));
        var caller = Callers().OfKey(Make())!;
        string ticket = Ticket.Create(caller, _time.GetUtcNow() + Ticket.Lifetime);
        Assert.Equal(["read"], first.Read(ticket)!.Scopes);
        Assert.Equal(caller.KeyId, second.Read(ticket)!.KeyId);
        _time.Advance(Ticket.Lifetime + TimeSpan.FromMilliseconds(1));
        Assert.Null(second.Read(ticket));
    }

    [Fact]
    public void IsOneKey_WhenGatewaysShareTheFile()
    {
        string file = Path.Combine(_folder.Path, "keys", "first");
        byte[][] hashes = [.. Enumerable.Range(0, 8).AsParallel().WithDegreeOfParallelism(8).Select(_ => Load(file).Hash!)];
        Assert.All(hashes, hash => Assert.Equal(hashes[0], hash));
        Assert.Equal(ApiKeyText.Hash(File.ReadAllText(file).Trim()), hashes[0]);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(file)!));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("")]
    [InlineData("two words that are long enough")]
    public void RefusesToStart_WhenTheFileHoldsNoKey(string content)
    {
        string file = Path.Combine(_folder.Path, "bad");
        File.WriteAllText(file, content);
        var refused = Assert.Throws<OptionsValidationException>(() => Load(file));
        Assert.Contains("BootstrapKeyFile", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Callers Callers() => new(Load(""), _list.Keys, _time);

    private static BootstrapKey Load(string file) =>
        BootstrapKey.Load(Options.Create(new AuthOptions { BootstrapKeyFile = file }), NullLogger<BootstrapKey>.Instance);

    private string Make(TimeSpan? expiresAfter = null) => MakeKey(expiresAfter).Text;

    private (ApiKey Key, string Text) MakeKey(TimeSpan? expiresAfter)
    {
        var (id, text) = ApiKeyText.Create();
        var key = new ApiKey(id, "test", ["read"], ApiKeyText.Hash(text), _time.GetUtcNow(), _time.GetUtcNow() + expiresAfter, null);
        Take(key);
        return (key, text);
    }

    private void Take(ApiKey key) => _list.Take(ApiKeyList.Record(key, _time.GetUtcNow()));

    /// <summary>The list as the log would fill it.</summary>
    private sealed class ReadableList
    {
        public ApiKeyList Keys { get; } = new();

        public void Take(LogRecord record) => typeof(ReadModel)
            .GetMethod("Apply", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!
            .Invoke(Keys, [new TopicPartition(ApiKeyList.Topic, 0), record]);
    }
}
