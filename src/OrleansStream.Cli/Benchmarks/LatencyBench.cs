using System.Globalization;

namespace OrleansStream.Cli.Benchmarks;

/// <summary>Warms up, then fires an open load: shot n leaves at start + n / rate, whatever became of the ones before.</summary>
internal sealed class LatencyBench(HttpClient http, LatencySettings settings, TextWriter notes, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Stragglers = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan NoteInterval = TimeSpan.FromSeconds(5);

    private readonly BenchTransactions _transactions = new(settings.Keys, clock);
    private readonly LatencySamples _latency = new();
    private readonly LatencySamples _fromDue = new();
    private readonly List<string> _errors = [];
    private int _timedOut;

    public async Task<LatencySummary> RunAsync(CancellationToken stop)
    {
        await using var stream = settings.FollowsStream ? await DecisionArrivals.TryOpenAsync(http, clock, stop) : null;
        if (stream is null && settings.FollowsStream)
        {
            await notes.WriteLineAsync("note: /v1/decisions/stream cannot be opened; arrival on it is not measured");
        }

        await WarmUpAsync(stop);
        if (settings.IntroducesCards)
        {
            await IntroduceAsync(stop);
        }

        await ShootAsync(stream, stop);
        if (stream is not null)
        {
            await stream.WaitForAllAsync(Stragglers, stop);
        }

        return new LatencySummary(settings.RatePerSecond, settings.Seconds, (int)_latency.Count, _timedOut, _errors.Count)
        {
            LatencyMs = _latency.Percentiles(),
            FromDueMs = _fromDue.Percentiles(),
            StreamMs = stream?.Samples.Percentiles(),
            StreamCount = stream?.Samples.Count,
            FirstErrors = [.. _errors.Distinct().Take(3)],
        };
    }

    private async Task WarmUpAsync(CancellationToken stop)
    {
        if (settings.Warmup == 0)
        {
            return;
        }

        await notes.WriteLineAsync($"warming up: {settings.Warmup} shots, not counted");
        for (var n = 0; n < settings.Warmup; n++)
        {
            var result = await DecisionShot.FireAsync(http, _transactions.WarmUp(n), clock, stop);
            if (result.Error is not null && n == 0)
            {
                throw new CommandStoppedException($"The first shot already failed, nothing was measured: {result.Error}");
            }
        }

        await Task.Delay(Pause, clock, stop);
    }

    /// <summary>Each card buys once, some at a time: what is measured is a server that knows its cards.</summary>
    private async Task IntroduceAsync(CancellationToken stop)
    {
        var most = new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = stop };
        await Parallel.ForAsync(0, Math.Min(settings.Keys, settings.Shots), most, async (card, token) => await DecisionShot.FireAsync(http, _transactions.Introduce(card), clock, token));
        await Task.Delay(Pause, clock, stop);
    }

    private async Task ShootAsync(DecisionArrivals? stream, CancellationToken stop)
    {
        var noted = clock.GetTimestamp();
        await OpenLoad.RunAsync(settings.Shots, settings.RatePerSecond, ShootOneAsync, clock, stop);

        async Task ShootOneAsync(int n, long due)
        {
            await MeasureAsync(_transactions.Shot(n), due, stream, stop);
            var last = Interlocked.Read(ref noted);
            if (clock.GetElapsedTime(last) >= NoteInterval && Interlocked.CompareExchange(ref noted, clock.GetTimestamp(), last) == last)
            {
                await notes.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{n + 1:N0} of {settings.Shots:N0} shots"));
            }
        }
    }

    private async Task MeasureAsync(BenchTransaction transaction, long due, DecisionArrivals? stream, CancellationToken stop)
    {
        var sent = clock.GetTimestamp();
        stream?.Expect(transaction.Id, sent);
        var result = await DecisionShot.FireAsync(http, transaction, clock, stop);
        var done = clock.GetTimestamp();
        lock (_errors)
        {
            if (result.Error is not null)
            {
                _errors.Add(result.Error);
                stream?.Forget(transaction.Id);
                return;
            }

            _timedOut += result.IsDecided ? 0 : 1;
        }

        // A timed-out shot took at least this long: leaving it out would flatter the tail.
        _latency.Add(clock.GetElapsedTime(sent, done));
        _fromDue.Add(clock.GetElapsedTime(due, done));
    }
}
