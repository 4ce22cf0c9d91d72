using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansStream.KafkaMock;
using OrleansStream.Streams.Kafka;
using OrleansStream.Streams.Kafka.Health;
using OrleansStream.Streams.Kafka.Offsets;
using OrleansStream.Streams.Log;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace OrleansStream.Streams.Tests.Kafka;

/// <summary>Committed offsets as brokers keep them: never lower than before, and not forgotten while a process lives that knows them.</summary>
public sealed class GroupOffsetsTests : IDisposable
{
    private static readonly TopicPartition Partition = new("t", 0);
    private readonly KafkaMockCluster _mock = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<GroupOffsets> _opened = [];

    public GroupOffsetsTests() => _mock.CreateTopic("t", 1);

    public void Dispose()
    {
        foreach (var group in _opened) group.Dispose();
        _mock.Dispose();
    }

    [Fact]
    public async Task StaysWhereItIs_WhenAnotherProcessCommitsLess()
    {
        var (one, other) = (Open(), Open());
        await CommitAsync(one, 5);
        await CommitAsync(other, 3);
        Assert.Equal(5, await CommittedAsync(one));
        await CommitAsync(other, 7);
        Assert.Equal(7, await CommittedAsync(one));
    }

    /// <summary>Nothing came for days, and whoever committed it has ended.</summary>
    [Fact]
    public async Task IsStoredOnceMore_WhenItWasFoundLongAgoAndHasNotChanged()
    {
        await CommitAsync(Open(), 5);
        var other = Open();
        Assert.Equal(5, await CommittedAsync(other));
        _mock.StartTracking();
        await other.RefreshAsync(CancellationToken.None).WaitAsync(Wait.Limit);
        Assert.Equal(0, _mock.Requests(KafkaRequest.OffsetCommit));
        _time.Advance(TimeSpan.FromHours(7));
        await other.RefreshAsync(CancellationToken.None).WaitAsync(Wait.Limit);
        Assert.Equal(1, _mock.Requests(KafkaRequest.OffsetCommit));
        Assert.Equal(5, await CommittedAsync(other));
    }

    [Fact]
    public async Task IsNotTouched_WhenAnotherProcessHasMovedItOn()
    {
        var (one, other) = (Open(), Open());
        await CommitAsync(one, 5);
        Assert.Equal(5, await CommittedAsync(other));
        await CommitAsync(one, 9);
        _time.Advance(TimeSpan.FromHours(7));
        await other.RefreshAsync(CancellationToken.None).WaitAsync(Wait.Limit);
        Assert.Equal(9, await CommittedAsync(one));
    }

    [Fact]
    public async Task SaysThatRightsAreMissing_WhenTheUserMayNotCommit()
    {
        var group = Open();
        await CommitAsync(group, 5);
        _mock.PushErrors(KafkaRequest.OffsetCommit, ErrorCode.GroupAuthorizationFailed);
        var refusal = await Assert.ThrowsAsync<LogUnavailableException>(() => CommitAsync(group, 6));
        Assert.Contains("Offsets of group 'g' could not be stored", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("give the user the rights", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(5, await CommittedAsync(group));
    }

    [Fact]
    public async Task SaysThatTheLogWasClosed_WhenSomebodyStillAsks()
    {
        var group = Open();
        group.Dispose();
        var refusal = await Assert.ThrowsAsync<LogUnavailableException>(() => CommittedAsync(group));
        Assert.Contains("the log was closed", refusal.Message, StringComparison.Ordinal);
    }

    private static Task CommitAsync(GroupOffsets group, long next) => group.CommitAsync(Partition, next, CancellationToken.None).AsTask().WaitAsync(Wait.Limit);

    private static Task<long> CommittedAsync(GroupOffsets group) => group.CommittedAsync(Partition, CancellationToken.None).AsTask().WaitAsync(Wait.Limit);

    private GroupOffsets Open()
    {
        var options = new KafkaLogOptions { BootstrapServers = _mock.Bootstrap };
        var health = new KafkaHealth(NullLogger.Instance);
        _opened.Add(new GroupOffsets("g", new KafkaClients(options, health, NullLogger.Instance), options, health, _time));
        return _opened[^1];
    }
}
