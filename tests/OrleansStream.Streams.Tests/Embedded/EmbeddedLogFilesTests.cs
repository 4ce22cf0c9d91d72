using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Embedded;

public sealed class EmbeddedLogFilesTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly EmbeddedLogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task SaysWhoHasIt_WhenTheFolderIsOpenAlready()
    {
        await using var first = _folder.Open();
        var error = Assert.Throws<LogUnavailableException>(() => _folder.Open());
        Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains("in use by another process", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CanBeTakenAgain_WhenItsOwnerClosed()
    {
        await _folder.Open().DisposeAsync();
        await _folder.Open().DisposeAsync();
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public async Task Refuses_WhenATopicsPartitionCountChanged(int count)
    {
        await _folder.Open().DisposeAsync();
        var error = Assert.Throws<LogUnavailableException>(() => _folder.Open(configure: o => o.Topics["events"] = count));
        Assert.Contains($"'events' has 4 partitions on disk and {count} in the configuration", error.Message, StringComparison.Ordinal);
        Assert.Contains("configure 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeepsWhatItHas_WhenATopicIsAdded()
    {
        await using (var log = _folder.Open()) await log.AppendAsync("events", [Records.Of("k", "1")]).WaitAsync(Limit);
        await using var grown = _folder.Open(configure: o => o.Topics["third"] = 1);
        Assert.Equal(1, Enumerable.Range(0, 4).Sum(p => grown.Watermarks(new TopicPartition("events", p)).High));
        Assert.Equal(0, grown.Watermarks(new TopicPartition("third", 0)).High);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(3 << 20)]
    public void Refuses_WhenItsFilesAreGarbageWithoutACommit(int length)
    {
        string partition = Path.Combine(_folder.Path, "events", "002");
        Directory.CreateDirectory(partition);
        var garbage = new byte[length];
        new Random(length).NextBytes(garbage);
        File.WriteAllBytes(Path.Combine(partition, "records.log.0"), garbage);
        var error = Assert.Throws<LogUnavailableException>(() => _folder.Open());
        Assert.Contains(partition, error.Message, StringComparison.Ordinal);
        Assert.Contains("Restore the directory from a copy", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StoresACommittedOffset_WhenItFailedBefore()
    {
        var partition = new TopicPartition("events", 0);
        string obstacle = Path.Combine(_folder.Path, "committed.json.new");
        await using (var log = _folder.Open())
        {
            Directory.CreateDirectory(obstacle);
            await Assert.ThrowsAnyAsync<Exception>(() => log.CommitAsync("g", partition, 5).AsTask());
            Directory.Delete(obstacle);
            await log.CommitAsync("g", partition, 5);
        }
        await using var again = _folder.Open();
        Assert.Equal(5, await again.CommittedAsync("g", partition));
    }

    [Theory]
    [InlineData(900_000)]
    [InlineData((1 << 20) - 400)]
    public async Task IsReadBack_WhenARecordIsLarge(int bytes)
    {
        await using (var log = _folder.Open()) await log.AppendAsync("events", [Large("1", bytes), Large("2", bytes)]).WaitAsync(Limit);
        await using var again = _folder.Open();
        using var reader = again.OpenReader(new TopicPartition("events", Murmur2Partitioner.Partition("k", 4)), 0);
        Assert.Equal(bytes, (await reader.ReadAsync(1, 1, TimeSpan.Zero))[0].Value.Length);
        Assert.Equal(bytes, (await reader.ReadAsync(1, 1, TimeSpan.Zero))[0].Value.Length);
    }

    [Fact]
    public async Task RefusesItEachTimeAndGoesOn_WhenARecordIsTooLargeForTheLog()
    {
        await using var log = _folder.Open();
        for (int attempt = 1; attempt <= 2; attempt++)
        {
            var error = await Record.ExceptionAsync(() => log.AppendAsync("events", [Records.Of("k", "small"), Large("large", 6 << 20)]).WaitAsync(Limit));
            Assert.True(error is ArgumentException, $"attempt {attempt}: {error?.ToString() ?? "accepted"}");
        }
        var result = Assert.Single(await log.AppendAsync("events", [Records.Of("k", "next")]).WaitAsync(Limit));
        var high = log.Watermarks(result.Position.TopicPartition).High;
        Assert.Equal(result.Position.Offset + 1, high);
    }

    private static LogRecord Large(string id, int bytes) => new()
    {
        Key = "k", Id = id, Time = Records.Time, ReceivedAt = Records.Time, Value = new byte[bytes],
    };
}
