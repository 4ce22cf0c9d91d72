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

    [Fact]
    public async Task Refuses_WhenAnEarlierBuildWroteThePartition()
    {
        string partition = Path.Combine(_folder.Path, "events", "002");
        Directory.CreateDirectory(partition);
        File.WriteAllBytes(Path.Combine(partition, "records.log.0"), new byte[100]);
        var error = Assert.Throws<LogUnavailableException>(() => _folder.Open());
        Assert.Contains(Path.Combine(partition, "records.log.0"), error.Message, StringComparison.Ordinal);
        Assert.Contains("earlier build", error.Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(partition, "records.log.0"));
        await _folder.Open().DisposeAsync();
    }

    [Fact]
    public async Task Refuses_WhenTheCommittedOffsetsAreDamaged()
    {
        string path = Path.Combine(_folder.Path, "committed.json");
        await using (var log = _folder.Open()) await log.CommitAsync("g", new TopicPartition("events", 0), 5);
        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path)).Replace(":5", ":6", StringComparison.Ordinal));
        var error = Assert.Throws<LogUnavailableException>(() => _folder.Open());
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("checksum", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HasDeclaredTopics_BesideConfiguredOnes()
    {
        await using var log = EmbeddedLogFolder.Open(_folder.Path, null, o => o.DefaultPartitions = 3, null, new TopicDeclaration("declared"), new TopicDeclaration("two", 2), new TopicDeclaration("events", 9));
        Assert.Equal((4, 3, 2), (log.Topics["events"], log.Topics["declared"], log.Topics["two"]));
        Assert.Equal("declared", Assert.Single(await log.AppendAsync("declared", [Records.Of("k", "1")]).WaitAsync(Limit)).Position.Topic);
    }

    [Fact]
    public void SaysAllThatCannotWork_WhenDeclarationsAreWrong()
    {
        var error = Assert.Throws<InvalidOperationException>(() =>
            EmbeddedLogFolder.Open(_folder.Path, null, null, null, new TopicDeclaration("a/b"), new TopicDeclaration("c", 2), new TopicDeclaration("c", 3), new TopicDeclaration("d", 257)));
        Assert.All(["'a/b'", "2 and 3 partitions", "257 partitions"], part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
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
