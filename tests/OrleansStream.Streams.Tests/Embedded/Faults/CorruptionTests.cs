using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Embedded.Faults;

/// <summary>Damaged files: the end is cut with one warning, anything else refuses; never other data than was appended.</summary>
public sealed class CorruptionTests
{
    private readonly FaultyFileSystem _files = new();

    [Fact]
    public async Task NeverServesOtherData_WhicheverByteIsFlipped()
    {
        int seed = TestSeed.Next();
        var random = new Random(seed);
        await FillAsync(6, 4);
        var expected = await ReadAsync(_files);
        int refused = 0, cut = 0;
        Assert.True(FaultyLog.Segments(_files).Count >= 3, "several segments");
        foreach (var (path, length) in _files.Files().Where(f => !f.Path.EndsWith("topics.json", StringComparison.Ordinal)))
        {
            for (int position = 0; position < length; position++)
            {
                var files = _files.Copy();
                byte mask = (byte)(1 << random.Next(8));
                files.Flip(path, position, mask);
                List<string> found;
                try
                {
                    found = await ReadAsync(files);
                }
                catch (LogUnavailableException e)
                {
                    Assert.Contains(path, e.Message, StringComparison.Ordinal);
                    refused++;
                    continue;
                }
                Assert.True(found.Count <= expected.Count && found.SequenceEqual(expected.Take(found.Count)), $"seed {seed}: '{path}' byte {position} xor {mask}: other data");
                Assert.True(found.Count == expected.Count || path == FaultyLog.Segments(_files)[^1], $"seed {seed}: '{path}' byte {position} xor {mask}: {found.Count} of {expected.Count} records without a word");
                if (found.Count < expected.Count) cut++;
            }
        }
        Assert.True(refused > 0 && cut > 0, $"refused {refused}, cut {cut}");
    }

    /// <summary>The same while the log is open: what memory does not hold is checked when it is read.</summary>
    [Fact]
    public async Task RefusesTheRead_WhicheverByteOfARecordIsFlippedUnderAnOpenLog()
    {
        await using var log = FaultyLog.Open(_files, o => o.SegmentBytes = 1 << 20);
        for (int i = 0; i < 5; i++) await FaultyLog.AppendAsync(log, i * 3, 3);
        string path = Assert.Single(FaultyLog.Segments(_files));
        var expected = (await FaultyLog.ReadAllAsync(log)).ConvertAll(r => r.Id);
        int refused = 0;
        for (int position = 80; position < _files.ReadAll(path).Length; position++)
        {
            _files.Flip(path, position);
            using var reader = log.OpenReader(FaultyLog.Partition, 0);
            var found = new List<string>();
            try
            {
                while (await reader.ReadAsync(2, 1 << 20, TimeSpan.Zero) is { Count: > 0 } read) found.AddRange(read.Select(r => r.Id));
                Assert.True(found.SequenceEqual(expected), $"byte {position}: other data, or less, without a word");
            }
            catch (LogUnavailableException e)
            {
                Assert.Contains(path, e.Message, StringComparison.Ordinal);
                Assert.True(found.SequenceEqual(expected.Take(found.Count)), $"byte {position}: other data");
                refused++;
            }
            _files.Flip(path, position);
        }
        Assert.True(refused > 100, $"{refused} refused");
        Assert.Equal(expected, (await FaultyLog.ReadAllAsync(log)).ConvertAll(r => r.Id));
    }

    [Fact]
    public async Task CutsTheTailWithOneWarningAndSkipsAhead_WhereverItIsTorn()
    {
        await FillAsync(5, 3, segmentBytes: 1 << 20);
        string path = FaultyLog.Segments(_files)[0];
        byte[] whole = _files.ReadAll(path);
        var ends = new List<int>();
        for (int length = 80; length <= whole.Length; length++)
        {
            var files = _files.Copy();
            files.WriteAll(path, whole[..length]);
            var logger = new RecordingLogger<EmbeddedLog>();
            await using var log = FaultyLog.Open(files, logger: logger);
            var left = await FaultyLog.ReadAllAsync(log);
            Assert.Equal(Enumerable.Range(0, left.Count), left.Select(r => (int)r.Offset));
            if (logger.Warnings.Count == 0)
            {
                ends.Add(length);
                continue;
            }
            string warning = Assert.Single(logger.Warnings);
            Assert.Contains($"'{path}' was cut at byte {ends[^1]}: its last {length - ends[^1]} bytes", warning, StringComparison.Ordinal);
            Assert.Equal(ends[^1], files.ReadAll(path).Length);
            Assert.Equal(left.Count, log.Watermarks(FaultyLog.Partition).High);
            await log.DisposeAsync();
            // Opened once more before anything is appended: the skip is still known, and there is nothing more to warn of.
            var again = new RecordingLogger<EmbeddedLog>();
            await using var reopened = FaultyLog.Open(files, logger: again);
            Assert.Empty(again.Warnings);
            Assert.Equal(1_000_000, Assert.Single(await FaultyLog.AppendAsync(reopened, ["after"])).Position.Offset);
            var all = await FaultyLog.ReadAllAsync(reopened);
            Assert.Equal([.. left.Select(r => r.Offset), 1_000_000], all.Select(r => r.Offset));
            // The skip holds no records: none of its offsets counts as one that waits.
            Assert.Equal([left.Count + 1, 1, 1, 0], [.. new long[] { 0, left.Count, 999_999, 1_000_001 }.Select(offset => (int)reopened.RecordsFrom(FaultyLog.Partition, offset))]);
        }
        Assert.Equal(6, ends.Count);
    }

    [Fact]
    public async Task SkipsAboveTheCommittedOffset_WhenTheEndIsGoneAtABlocksBorder()
    {
        await using (var log = FaultyLog.Open(_files))
        {
            await FaultyLog.AppendAsync(log, 0, 3);
            await log.CommitAsync("g", FaultyLog.Partition, 3);
        }
        string path = FaultyLog.Segments(_files)[0];
        _files.WriteAll(path, _files.ReadAll(path)[..80]);
        var logger = new RecordingLogger<EmbeddedLog>();
        await using var opened = FaultyLog.Open(_files, logger: logger);
        Assert.Contains("though 3 was committed", Assert.Single(logger.Warnings), StringComparison.Ordinal);
        Assert.Equal(1_000_000, Assert.Single(await FaultyLog.AppendAsync(opened, ["after"])).Position.Offset);
        Assert.Equal(3, await opened.CommittedAsync("g", FaultyLog.Partition));
    }

    [Fact]
    public async Task Refuses_WhenAFileIsMissing()
    {
        await FillAsync(8, 6);
        var segments = FaultyLog.Segments(_files);
        Assert.True(segments.Count >= 4, $"{segments.Count} segments");
        foreach (string missing in segments[..^1])
        {
            var files = _files.Copy();
            files.Delete(missing);
            var error = Assert.Throws<LogUnavailableException>(() => FaultyLog.Open(files));
            Assert.Contains("missing", error.Message, StringComparison.Ordinal);
            Assert.Contains("Restore", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task SaysFileByteRecordsAndWayOut_WhenTheMiddleIsDamaged()
    {
        await FillAsync(4, 3, segmentBytes: 1 << 20);
        string path = FaultyLog.Segments(_files)[0];
        _files.Flip(path, 100);
        var error = Assert.Throws<LogUnavailableException>(() => FaultyLog.Open(_files));
        foreach (string part in new[] { $"'{path}' is damaged at byte 80", "records 0–2", "Restore that file from a copy", $"move the directory '{FaultyLog.PartitionDirectory}' away" })
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        await using var other = FaultyLog.Open(new FaultyFileSystem());
    }

    [Fact]
    public async Task Refuses_WhenAFileBelongsToAnotherPartition()
    {
        await FillAsync(2, 2, segmentBytes: 1 << 20);
        string path = FaultyLog.Segments(_files)[0];
        byte[] bytes = _files.ReadAll(path);
        var other = new FaultyFileSystem();
        await (FaultyLog.Open(other, o => o.Topics["other"] = 1)).DisposeAsync();
        other.WriteAll(path.Replace("events", "other", StringComparison.Ordinal), bytes);
        var error = Assert.Throws<LogUnavailableException>(() => FaultyLog.Open(other, o => o.Topics["other"] = 1));
        Assert.Contains("another partition", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TakesAWholeBlockInAPayloadForNoBlock_WhenTheTailIsTorn()
    {
        // The value of the torn record is a copy of the file so far: whole blocks, but of another place.
        await FillAsync(2, 2, segmentBytes: 1 << 20);
        string path = FaultyLog.Segments(_files)[0];
        byte[] before = _files.ReadAll(path);
        await using (var log = FaultyLog.Open(_files, o => o.SegmentBytes = 1 << 20))
            await log.AppendAsync(FaultyLog.Topic, [new LogRecord { Key = "k", Id = "evil", Value = before }, Records.Of("k", "last")]).WaitAsync(FaultyLog.Limit);
        byte[] whole = _files.ReadAll(path);
        _files.WriteAll(path, whole[..^1]);
        await using var opened = FaultyLog.Open(_files);
        Assert.Equal(4, (await FaultyLog.ReadAllAsync(opened)).Count);
    }

    private async Task FillAsync(int batches, int records, long segmentBytes = 500)
    {
        await using var log = FaultyLog.Open(_files, o => o.SegmentBytes = segmentBytes);
        for (int i = 0; i < batches; i++) await FaultyLog.AppendAsync(log, i * records, records);
    }

    private static async Task<List<string>> ReadAsync(FaultyFileSystem files)
    {
        await using var log = FaultyLog.Open(files, o => o.SegmentBytes = 500);
        return (await FaultyLog.ReadAllAsync(log)).ConvertAll(r => $"{r.Offset} {r.Key} {r.Id} {r.Time:O} {r.ReceivedAt:O} {Records.Text(r)}");
    }
}
