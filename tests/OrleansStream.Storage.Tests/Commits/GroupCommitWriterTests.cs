using Microsoft.Extensions.Logging.Abstractions;
using OrleansStream.Storage.Commits;

namespace OrleansStream.Storage.Tests.Commits;

public sealed class GroupCommitWriterTests : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly FakeRows _rows = new();
    private readonly CountingTime _time = new();
    private readonly GroupCommitOptions _options = new();
    private GroupCommitWriter? _writer;

    private GroupCommitWriter Writer => _writer ??= new GroupCommitWriter(_rows, _options, _time, NullLogger.Instance);

    public async ValueTask DisposeAsync()
    {
        if (_writer is not null) await _writer.DisposeAsync();
    }

    [Fact]
    public async Task WritesAtOnce_WhenIdle()
    {
        // The clock stands still: whoever waited for it would wait for ever.
        for (int i = 0; i < 5; i++) Assert.Equal(i + 1, (await WriteAsync("a", i).WaitAsync(Limit)).Version);
        Assert.Equal(5, _rows.Transactions.Count);
    }

    [Fact]
    public async Task SharesOneTransaction_WhenManyComeDuringTheLast()
    {
        var gate = Freeze();
        var first = WriteAsync("first");
        await UntilAsync(() => _rows.Attempts.Count == 1);
        var others = Enumerable.Range(0, 100).Select(i => WriteAsync($"k{i}")).ToList();
        gate.SetResult();
        await InTimeAsync(Task.WhenAll(others.Append(first)));
        Assert.Equal([1, 100], _rows.Transactions.Select(keys => keys.Length));
    }

    [Fact]
    public async Task WaitsForAsManyAsTheLastHad_ButNotLongerThanItMay()
    {
        await WriteTogetherAsync(4);
        var early = WriteAsync("early");
        await UntilAsync(() => _time.Waiting > 0 || early.IsCompleted);
        Assert.False(early.IsCompleted);
        _time.Advance(_options.Gather);
        await early.WaitAsync(Limit);
        Assert.Equal(["early"], _rows.Transactions[^1]);

        await WriteTogetherAsync(4);
        var again = Enumerable.Range(0, 4).Select(i => WriteAsync($"again{i}")).ToList();
        await Task.WhenAll(again).WaitAsync(Limit);
        Assert.Equal(4, _rows.Transactions[^1].Length);
    }

    [Fact]
    public async Task CompletesNothing_WhileTheCommitIsFrozen()
    {
        var gate = Freeze();
        var writes = Enumerable.Range(0, 50).Select(i => WriteAsync($"k{i}")).ToList();
        await UntilAsync(() => _rows.Attempts.Count == 1);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.DoesNotContain(writes, write => write.IsCompleted);
        gate.SetResult();
        Assert.All(await InTimeAsync(Task.WhenAll(writes)), outcome => Assert.Equal(1, outcome.Version));
    }

    [Fact]
    public async Task WritesARowTwice_InTwoTransactionsInOrder()
    {
        var gate = Freeze();
        var first = WriteAsync("x");
        await UntilAsync(() => _rows.Attempts.Count == 1);
        Task<RowOutcome>[] writes = [WriteAsync("a"), WriteAsync("a", 1), WriteAsync("a", 1), WriteAsync("a", 2), WriteAsync("b")];
        gate.SetResult();
        var outcomes = await InTimeAsync(Task.WhenAll(writes));
        Assert.Equal([1, 2, null, 3, 1], outcomes.Select(outcome => outcome.Version));
        await first;
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(64, 1)]
    [InlineData(64, 5)]
    [InlineData(7, 7)]
    public async Task FailsOnlyTheRowsThatCannotBeStored_WhateverTheirNumber(int count, int bad)
    {
        _rows.BeforeCommit = keys => keys.Any(key => key.StartsWith("bad", StringComparison.Ordinal)) ? throw new InvalidDataException("no") : Task.CompletedTask;
        string[] keys = [.. Enumerable.Range(0, count).Select(i => i % (count / bad) == 0 && i / (count / bad) < bad ? $"bad{i}" : $"k{i}")];
        var outcomes = await Writer.WriteAsync([.. keys.Select(key => Row(key))], CancellationToken.None).WaitAsync(Limit);
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(keys[i].StartsWith("bad", StringComparison.Ordinal), outcomes[i].Fault is InvalidDataException);
            Assert.Equal(keys[i].StartsWith('k'), outcomes[i].Version == 1);
        }
        Assert.True(_rows.Attempts.Count <= 1 + 2 * bad * Math.Ceiling(Math.Log2(count)), $"{_rows.Attempts.Count} transactions for {bad} bad rows of {count}");
    }

    [Fact]
    public async Task TriesAgain_WhenAnotherTransactionWasInTheWay()
    {
        int collisions = 0;
        _rows.BeforeCommit = _ => ++collisions <= 3 ? throw new TimeoutException() : Task.CompletedTask;
        Assert.Equal(1, (await WriteAsync("a").WaitAsync(Limit)).Version);
        Assert.Equal(4, _rows.Attempts.Count);
    }

    /// <summary>Two minutes without a database, with writers that try again at once: attempts are few, nothing is lost, and all is well when it comes back.</summary>
    [Fact]
    public async Task AttemptsAreFewAndAllIsWritten_WhenTheDatabaseWasAwayForTwoMinutes()
    {
        bool away = true;
        _rows.BeforeCommit = _ => away ? throw new IOException("away") : Task.CompletedTask;
        int failures = 0;
        async Task PersistAsync(int writer)
        {
            while (true)
            {
                try
                {
                    Assert.Equal(1, (await WriteAsync($"k{writer}")).Version);
                    return;
                }
                catch (IOException)
                {
                    Interlocked.Increment(ref failures);
                }
            }
        }
        var writers = Enumerable.Range(0, 64).Select(PersistAsync).ToList();
        var start = _time.GetUtcNow();
        while (_time.GetUtcNow() - start < TimeSpan.FromMinutes(2))
        {
            // The attempt that is due, and the pause after it, before the clock goes on.
            await UntilAsync(() => _time.Waiting > 0);
            _time.Advance(TimeSpan.FromMilliseconds(50));
        }
        Assert.DoesNotContain(writers, writer => writer.IsCompleted);
        Assert.InRange(_rows.Attempts.Count, 2, 70);
        away = false;
        await UntilAsync(() =>
        {
            _time.Advance(_options.MaxRetryDelay);
            return writers.All(writer => writer.IsCompleted);
        });
        await Task.WhenAll(writers);
        Assert.True(failures >= 64, $"{failures} failures reached 64 writers");
    }

    [Fact]
    public async Task HoldsCallersBack_WhenTheQueueIsFull()
    {
        _options.QueuedCalls = 3;
        var gate = Freeze();
        var first = WriteAsync("first");
        await UntilAsync(() => _rows.Attempts.Count == 1);
        var queued = Enumerable.Range(0, 3).Select(i => WriteAsync($"q{i}")).ToList();
        using var stop = new CancellationTokenSource();
        var held = Writer.WriteAsync([Row("held")], stop.Token);
        Assert.False(held.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);
        gate.SetResult();
        await InTimeAsync(Task.WhenAll(queued.Append(first)));
        Assert.DoesNotContain(_rows.Transactions, keys => keys.Contains("held"));
    }

    [Fact]
    public async Task WritesWhatWaits_WhenItIsDisposed()
    {
        var gate = Freeze();
        var writes = Enumerable.Range(0, 10).Select(i => WriteAsync($"k{i}")).ToList();
        var disposed = Writer.DisposeAsync().AsTask();
        gate.SetResult();
        Assert.All(await InTimeAsync(Task.WhenAll(writes)), outcome => Assert.Equal(1, outcome.Version));
        await disposed.WaitAsync(Limit);
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => WriteAsync("late"));
    }

    [Fact]
    public async Task StaysWithinATransactionsSize_WhenMoreWait()
    {
        _options.TransactionRows = 10;
        var gate = Freeze();
        var first = WriteAsync("first");
        await UntilAsync(() => _rows.Attempts.Count == 1);
        var writes = Enumerable.Range(0, 35).Select(i => WriteAsync($"k{i}")).ToList();
        gate.SetResult();
        await InTimeAsync(Task.WhenAll(writes));
        Assert.Equal([1, 10, 10, 10, 5], _rows.Transactions.Select(keys => keys.Length));
        await first;
    }

    /// <summary>The task's result, while time passes.</summary>
    private async Task<T> InTimeAsync<T>(Task<T> task)
    {
        await UntilAsync(() =>
        {
            _time.Advance(_options.Gather);
            return task.IsCompleted;
        });
        return await task;
    }

    private TaskCompletionSource Freeze()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _rows.BeforeCommit = _ => gate.Task;
        return gate;
    }

    private async Task WriteTogetherAsync(int count)
    {
        string batch = Guid.NewGuid().ToString();
        await Writer.WriteAsync([.. Enumerable.Range(0, count).Select(i => Row($"{batch}-{i}"))], CancellationToken.None).WaitAsync(Limit);
    }

    private async Task<RowOutcome> WriteAsync(string key, int version = 0) => (await Writer.WriteAsync([Row(key, version)], CancellationToken.None))[0];

    private static RowWrite Row(string key, int version = 0) =>
        new(RowIdentity.OfCheckpoint(GrainId.Create("test", key)), RowChange.Write, version == 0 ? null : version, new byte[] { 1 }, [], []);

    private static async Task UntilAsync(Func<bool> condition)
    {
        long until = Environment.TickCount64 + (long)Limit.TotalMilliseconds;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < until, "it did not happen in time");
            await Task.Delay(1);
        }
    }
}
