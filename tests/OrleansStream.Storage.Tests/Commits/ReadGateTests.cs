using Microsoft.Extensions.Logging.Abstractions;
using OrleansStream.Storage.Commits;
using OrleansStream.Streams.Checkpoints;

namespace OrleansStream.Storage.Tests.Commits;

/// <summary>Reads come as a crowd, as when a thousand keys are activated; attempts on a database that is away do not.</summary>
public sealed class ReadGateTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly CountingTime _time = new();
    private readonly GroupCommitOptions _options = new();
    private readonly ReadGate _gate;
    private int _attempts;
    private bool _away;

    public ReadGateTests() => _gate = new ReadGate(_options, _time, e => e is IOException ? CommitFailure.Outage : CommitFailure.Row, NullLogger.Instance);

    [Fact]
    public async Task Passes_WhenTheDatabaseWorks()
    {
        for (int i = 0; i < 100; i++) Assert.Equal(i, await ReadAsync(i));
        Assert.Equal(100, _attempts);
    }

    [Fact]
    public async Task AttemptsAreFewAndAllAreAnswered_WhenTheDatabaseIsAwayForTwoMinutes()
    {
        _away = true;
        var readers = Enumerable.Range(0, 1_000).Select(async i =>
        {
            while (true)
            {
                try
                {
                    return await ReadAsync(i);
                }
                catch (StoreUnavailableException)
                {
                    // At once again.
                }
            }
        }).ToList();
        // The first ones met it together, before anybody knew.
        int crowd = _attempts;
        Assert.InRange(crowd, 1, 1_000);
        var start = _time.GetUtcNow();
        while (_time.GetUtcNow() - start < TimeSpan.FromMinutes(2))
        {
            await UntilAsync(() => _time.Waiting > 0);
            _time.Advance(TimeSpan.FromMilliseconds(50));
        }
        Assert.InRange(_attempts - crowd, 2, 70);
        Assert.DoesNotContain(readers, reader => reader.IsCompleted);
        _away = false;
        await UntilAsync(() =>
        {
            _time.Advance(_options.MaxRetryDelay);
            return readers.All(reader => reader.IsCompleted);
        });
        Assert.Equal(Enumerable.Range(0, 1_000), await Task.WhenAll(readers));
    }

    [Fact]
    public async Task EachGetsAnExceptionOfItsOwn_WhenOneTriedForAll()
    {
        _away = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => ReadAsync(0));
        var readers = Enumerable.Range(1, 3).Select(i => ReadAsync(i)).ToList();
        await UntilAsync(() =>
        {
            _time.Advance(_options.MaxRetryDelay);
            return readers.All(reader => reader.IsCompleted);
        });
        var thrown = readers.Select(reader => reader.Exception!.InnerException).ToList();
        Assert.Equal(3, thrown.Distinct(ReferenceEqualityComparer.Instance).Count());
        Assert.All(thrown, e => Assert.Equal("The database could not be read: IOException: away", Assert.IsType<StoreUnavailableException>(e).Message));
        Assert.All(thrown, e => Assert.Null(e!.InnerException));
    }

    [Fact]
    public async Task FailsOnlyWhoAsked_WhenItIsTheRow()
    {
        await Assert.ThrowsAsync<InvalidDataException>(async () => await _gate.RunAsync<int>(() => throw new InvalidDataException(), CancellationToken.None));
        Assert.Equal(1, await ReadAsync(1).WaitAsync(Limit));
    }

    [Fact]
    public async Task AnotherTries_WhenTheOneThatTriesIsCancelled()
    {
        _away = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => ReadAsync(0));
        using var cancelled = new CancellationTokenSource();
        var first = ReadAsync(1, cancelled.Token);
        await UntilAsync(() => _time.Waiting > 0);
        var second = ReadAsync(2);
        _away = false;
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await UntilAsync(() =>
        {
            _time.Advance(_options.MaxRetryDelay);
            return second.IsCompleted;
        });
        Assert.Equal(2, await second);
    }

    private Task<int> ReadAsync(int number, CancellationToken cancellationToken = default) => _gate.RunAsync(async () =>
    {
        Interlocked.Increment(ref _attempts);
        await Task.Yield();
        return _away ? throw new IOException("away") : number;
    }, cancellationToken).AsTask();

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (long started = Environment.TickCount64; !condition(); await Task.Yield())
            Assert.True(Environment.TickCount64 - started < Limit.TotalMilliseconds, "nothing happens");
    }
}
