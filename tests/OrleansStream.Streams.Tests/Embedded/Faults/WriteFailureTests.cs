using Microsoft.Extensions.Time.Testing;
using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Embedded.Faults;

/// <summary>Writes that fail, a disk that runs full, a writer that hangs: nothing refused is there, everything accepted is, and it goes on by itself.</summary>
public sealed class WriteFailureTests : IAsyncLifetime
{
    private readonly FaultyFileSystem _files = new();
    private EmbeddedLog _log = null!;

    public ValueTask InitializeAsync()
    {
        _log = FaultyLog.Open(_files, o => o.SegmentBytes = 100_000);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    [Fact]
    public async Task RefusesAsFullAndGoesOnByItself_WhenTheDiskIsFullAndBack()
    {
        await FaultyLog.AppendAsync(_log, 0, 5);
        _files.Capacity = Used + 200;
        for (int attempt = 0; attempt < 3; attempt++)
        {
            var error = await Assert.ThrowsAsync<LogFullException>(() => FaultyLog.AppendAsync(_log, 5, 5));
            Assert.Equal("log-full", error.Code);
            Assert.Contains("bytes are free", error.Message, StringComparison.Ordinal);
            Assert.NotNull(_log.Failure);
            Assert.Equal(200, _files.Capacity - Used);
        }
        Assert.Equal(5, (await FaultyLog.ReadAllAsync(_log)).Count);
        Assert.True((await FaultyLog.AppendAsync(_log, 0, 5)).All(r => r.Duplicate), "what is there already needs no space");
        _files.Capacity = 1 << 30;
        var results = await FaultyLog.AppendAsync(_log, 5, 5);
        Assert.All(results, r => Assert.False(r.Duplicate, "what was refused was not remembered"));
        Assert.Equal([5, 6, 7, 8, 9], results.Select(r => (int)r.Position.Offset));
        Assert.Null(_log.Failure);
        await AssertHoldsAsync(10);
        Assert.Single(FaultyLog.Segments(_files));
    }

    [Fact]
    public async Task IsHealthyAgainWithoutAnAppend_WhenSpaceIsBack()
    {
        await FaultyLog.AppendAsync(_log, 0, 1);
        _files.Capacity = Used;
        await Assert.ThrowsAsync<LogFullException>(() => FaultyLog.AppendAsync(_log, 1, 1));
        long used = Used;
        _files.Capacity = used + 100_000;
        _log.Probe();
        Assert.NotNull(_log.Failure);
        Assert.Equal(used, Used);
        _files.Capacity = 1 << 30;
        _log.Probe();
        Assert.Null(_log.Failure);
    }

    public static TheoryData<FileOperationKind, double> Failures => new()
    {
        { FileOperationKind.Write, 0 }, { FileOperationKind.Write, 0.5 }, { FileOperationKind.Write, 1 }, { FileOperationKind.Flush, 0 },
    };

    /// <summary>After a failed flush the system may call lost pages clean: the next block must go to a new file, at the same offset.</summary>
    [Theory]
    [MemberData(nameof(Failures))]
    public async Task StartsANewFile_WhenAWriteOrFlushFails(FileOperationKind kind, double torn)
    {
        await FaultyLog.AppendAsync(_log, 0, 5);
        _files.TornPart = torn;
        _files.FailWhen(o => o.Kind == kind, FaultyFileSystem.InputOutputError);
        var error = await Assert.ThrowsAsync<LogUnavailableException>(() => FaultyLog.AppendAsync(_log, 5, 5));
        Assert.Equal("log-unavailable", error.Code);
        await Assert.ThrowsAsync<LogUnavailableException>(() => FaultyLog.AppendAsync(_log, 5, 5));
        Assert.Equal(5, (await FaultyLog.ReadAllAsync(_log)).Count);
        _files.Before = _ => null;
        Assert.Equal(5, (await FaultyLog.AppendAsync(_log, 5, 5))[0].Position.Offset);
        Assert.Equal(2, FaultyLog.Segments(_files).Count);
        await AssertHoldsAsync(10);
        await using var left = FaultyLog.Open(_files.LosePower(new Random(1)));
        Assert.Equal(10, (await FaultyLog.ReadAllAsync(left)).Count);
    }

    /// <summary>Even what cannot be cut off the abandoned file does not count.</summary>
    [Fact]
    public async Task IgnoresWhatAnAbandonedFileHasBeyondItsEnd_WhenItCouldNotBeCut()
    {
        await FaultyLog.AppendAsync(_log, 0, 5);
        string first = FaultyLog.Segments(_files)[0];
        long length = _files.ReadAll(first).Length;
        _files.FailWhen(o => o.Path == first && o.Kind is FileOperationKind.Flush or FileOperationKind.SetLength, FaultyFileSystem.InputOutputError);
        await Assert.ThrowsAsync<LogUnavailableException>(() => FaultyLog.AppendAsync(_log, ["refused"]));
        await FaultyLog.AppendAsync(_log, 5, 5);
        Assert.True(_files.ReadAll(first).Length > length, "the refused block is still there");
        await AssertHoldsAsync(10);
    }

    /// <summary>Every operation of an append across files fails once, with either error: what was acknowledged is there, what was refused can be sent again.</summary>
    [Theory]
    [InlineData(FaultyFileSystem.InputOutputError)]
    [InlineData(FaultyFileSystem.NoSpaceError)]
    public async Task LosesAndDoublesNothing_WhicheverOperationFails(int number)
    {
        for (int at = 0; at < 60; at++)
        {
            var files = new FaultyFileSystem { TornPart = 0.7 };
            await using var log = FaultyLog.Open(files, o => o.SegmentBytes = 400);
            files.FailAt(at, number);
            for (int batch = 0; batch < 6; batch++)
            {
                try
                {
                    await FaultyLog.AppendAsync(log, batch * 3, 3);
                }
                catch (LogUnavailableException e)
                {
                    Assert.True(e is LogFullException == (number == FaultyFileSystem.NoSpaceError), $"operation {at}: {e.GetType().Name}");
                    await FaultyLog.AppendAsync(log, batch * 3, 3);
                }
            }
            files.Before = _ => null;
            Assert.Equal(Enumerable.Range(0, 18).Select(i => $"{i}"), (await FaultyLog.ReadAllAsync(log)).Select(r => r.Id));
            await log.DisposeAsync();
            await using var again = FaultyLog.Open(files, o => o.SegmentBytes = 400);
            Assert.Equal(Enumerable.Range(0, 18).Select(i => $"{i} {i}"), (await FaultyLog.ReadAllAsync(again)).Select(r => $"{r.Offset} {r.Id}"));
        }
    }

    [Fact]
    public async Task RefusesAsOverloadedAndTakesNothing_WhenTooMuchWaits()
    {
        await using var log = FaultyLog.Open(new FaultyFileSystem(), o => (o.MaxWaitingBytes, o.Topics["two"]) = (10_000, 2));
        await log.DisposeAsync();
        var files = new FaultyFileSystem();
        await using var hanging = FaultyLog.Open(files, o => o.MaxWaitingBytes = 10_000);
        await FaultyLog.AppendAsync(hanging, ["first"]);
        var release = files.HangWhen(o => o.Kind == FileOperationKind.Flush);
        var writing = FaultyLog.AppendAsync(hanging, ["writing"], 4_000);
        var waiting = FaultyLog.AppendAsync(hanging, ["waiting"], 4_000);
        var error = await Assert.ThrowsAsync<LogOverloadedException>(() => FaultyLog.AppendAsync(hanging, ["refused"], 4_000));
        Assert.Equal("log-overloaded", error.Code);
        Assert.False(writing.IsCompleted || waiting.IsCompleted, "hangs");
        Assert.Single(await FaultyLog.ReadAllAsync(hanging));
        release();
        await Task.WhenAll(writing, waiting);
        Assert.Equal(3, Assert.Single(await FaultyLog.AppendAsync(hanging, ["refused"], 20_000)).Position.Offset);
    }

    [Fact]
    public async Task KeepsAReserve_ForTopicsThatMayUseIt()
    {
        var time = new FakeTimeProvider();
        var files = new FaultyFileSystem { Capacity = 10_000_000 };
        await using var log = FaultyLog.Open(files, o =>
        {
            (o.MinFreeBytes, o.Topics["decisions"]) = (100_000, 1);
            o.ReserveExemptTopics.Add("decisions");
        }, time);
        await FaultyLog.AppendAsync(log, ["1"]);
        files.WriteAll("/elsewhere", new byte[9_950_000]);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.IsType<LogFullException>(log.Failure);
        var error = await Assert.ThrowsAsync<LogFullException>(() => FaultyLog.AppendAsync(log, ["2"]));
        Assert.Contains("100000 are kept in reserve", error.Message, StringComparison.Ordinal);
        Assert.True((await FaultyLog.AppendAsync(log, ["1"]))[0].Duplicate, "a duplicate needs no space");
        await log.AppendAsync("decisions", [Records.Of("k", "1")]).WaitAsync(FaultyLog.Limit);
        await log.CommitAsync("g", FaultyLog.Partition, 1);
        files.WriteAll("/elsewhere", []);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(log.Failure);
        Assert.False((await FaultyLog.AppendAsync(log, ["2"]))[0].Duplicate);
    }

    [Fact]
    public async Task OpensForReading_WhenTheDiskIsFullAndTheTailTorn()
    {
        await FaultyLog.AppendAsync(_log, 0, 5);
        await FaultyLog.AppendAsync(_log, 5, 5);
        await _log.DisposeAsync();
        string path = FaultyLog.Segments(_files)[0];
        _files.WriteAll(path, _files.ReadAll(path)[..^10]);
        _files.Capacity = Used;
        await using (var log = FaultyLog.Open(_files))
        {
            Assert.Equal(5, (await FaultyLog.ReadAllAsync(log)).Count);
            await Assert.ThrowsAsync<LogFullException>(() => FaultyLog.AppendAsync(log, ["full"]));
            _files.Capacity = 1 << 30;
            Assert.Equal(1_000_000, (await FaultyLog.AppendAsync(log, ["back"]))[0].Position.Offset);
        }
        await using var again = FaultyLog.Open(_files);
        Assert.Equal(6, (await FaultyLog.ReadAllAsync(again)).Count);
    }

    private long Used => _files.Files().Sum(f => (long)f.Length);

    private async Task AssertHoldsAsync(int count)
    {
        var expected = Enumerable.Range(0, count).Select(i => $"{i} {i}").ToList();
        Assert.Equal(expected, (await FaultyLog.ReadAllAsync(_log)).Select(r => $"{r.Offset} {r.Id}"));
        await using var copy = FaultyLog.Open(_files.Copy());
        Assert.Equal(expected, (await FaultyLog.ReadAllAsync(copy)).Select(r => $"{r.Offset} {r.Id}"));
    }
}
