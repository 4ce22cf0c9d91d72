using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.Replay;
using OrleansStream.Streams.Tests.Fakes;

namespace OrleansStream.Streams.Tests.Replay;

public sealed class ReplayBoundsTests : IAsyncLifetime
{
    private readonly FakeEventLog _log = new(new Dictionary<string, int> { ["in"] = 2, ["out"] = 1 }, TimeProvider.System);
    private int _partition;

    /// <summary>Ten records in one partition, handed in a minute apart.</summary>
    public async ValueTask InitializeAsync()
    {
        _partition = Murmur2Partitioner.Partition("k", 2);
        for (int i = 0; i < 10; i++)
            await _log.AppendAsync("in", [new LogRecord { Key = "k", Id = $"{i}", Time = Records.Time, ReceivedAt = Records.Time.AddMinutes(i) }]);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("earliest", null, 0, 10)]
    [InlineData("in:P:3", null, 3, 10)]
    [InlineData("in:P:3", "in:P:5", 3, 6)]
    [InlineData("in:P:3", "in:P:3", 3, 4)]
    [InlineData("in:P:10", null, 10, 10)]
    [InlineData("2026-11-23T08:02:00Z", null, 2, 10)]
    [InlineData("2026-11-23T10:01:30.5+02:00", "2026-11-23T08:05:00Z", 2, 5)]
    [InlineData("2026-11-23T08:02:10Z", "2026-11-23T08:02:20Z", 3, 3)]
    [InlineData("2027-01-01T00:00:00Z", null, 10, 10)]
    [InlineData("earliest", "in:P:0", 0, 1)]
    public async Task MeansTheseOffsets_WhenTheEndsAre(string from, string? to, long first, long end)
    {
        var errors = new List<EventError>();
        var parts = await new ReplayBounds(_log).ResolveAsync("in", Here(from)!, Here(to), null, errors, CancellationToken.None);
        Assert.Empty(errors);
        Assert.Equal(new ReplayPart(_partition, first, end), parts!.Single(p => p.Partition == _partition));
        Assert.Equal(from.Contains('P', StringComparison.Ordinal) || to?.Contains('P', StringComparison.Ordinal) == true ? 1 : 2, parts!.Count);
    }

    [Theory]
    [InlineData("yesterday", null, "invalid-from")]
    [InlineData("2026-11-23T08:02:00", null, "invalid-from")]
    [InlineData("2026-11-23", null, "invalid-from")]
    [InlineData("out:0:0", null, "invalid-from")]
    [InlineData("in:9:0", null, "invalid-from")]
    [InlineData("in:P:11", null, "invalid-from")]
    [InlineData("earliest", "earliest", "invalid-to")]
    [InlineData("earliest", "in:P:10", "invalid-to")]
    [InlineData("in:P:5", "in:P:3", "from-after-to")]
    [InlineData("2026-11-23T08:05:00Z", "2026-11-23T08:02:00Z", "from-after-to")]
    [InlineData("in:0:0", "in:1:0", "position-of-another-partition")]
    public async Task SaysWhatIsWrong_WhenTheEndsAre(string from, string? to, string code)
    {
        await _log.AppendAsync("in", [Records.Of("k", "more"), Records.Of(OtherKey(), "other")]);
        if (to == "in:P:10" || from == "in:P:11") (from, to) = (from.Replace("11", "12", StringComparison.Ordinal), to?.Replace("10", "11", StringComparison.Ordinal));
        var errors = new List<EventError>();
        Assert.Null(await new ReplayBounds(_log).ResolveAsync("in", Here(from)!, Here(to), null, errors, CancellationToken.None));
        Assert.Equal(code, errors[0].Code);
    }

    [Fact]
    public async Task IsRefused_WhenAKeysReplayNamesAnotherPartition()
    {
        var errors = new List<EventError>();
        await _log.AppendAsync("in", [Records.Of(OtherKey(), "other")]);
        Assert.Null(await new ReplayBounds(_log).ResolveAsync("in", $"in:{1 - _partition}:0", null, _partition, errors, CancellationToken.None));
        Assert.Equal("position-of-another-partition", errors[0].Code);
    }

    private string OtherKey() => Enumerable.Range(0, 100).Select(i => $"o{i}").First(k => Murmur2Partitioner.Partition(k, 2) != _partition);

    private string? Here(string? text) => text?.Replace("P", $"{_partition}", StringComparison.Ordinal);
}
