using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using OrleansStream.Cli.Api;

namespace OrleansStream.Cli.Benchmarks;

/// <summary>Lanes that post batches, and a look each second at how far the decisions are behind.</summary>
internal sealed class ThroughputBench(HttpClient http, ThroughputSettings settings, TimeProvider clock)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1), LastLook = TimeSpan.FromMilliseconds(20), RetryAfter = TimeSpan.FromMilliseconds(200), Patience = TimeSpan.FromMinutes(1);
    private static readonly MediaTypeHeaderValue NdJson = new("application/x-ndjson");
    private readonly BenchTransactions _transactions = new(settings.Keys, clock);
    private readonly JsonApi _api = new(http, clock);
    private readonly LatencySamples _batches = new();
    private readonly List<string> _errors = [];
    private long _accepted, _rejected, _refused, _most;

    public async Task<ThroughputSummary> RunAsync(CancellationToken stop)
    {
        var cpu = await ServerCpu.ReadAsync(http, stop);
        var started = clock.GetTimestamp();
        using var sent = new CancellationTokenSource();
        var looking = LookAsync(sent.Token);
        await Task.WhenAll(Enumerable.Range(0, settings.Lanes).Select(lane => SendAsync(lane, started, stop)));
        var sending = clock.GetElapsedTime(started);
        await sent.CancelAsync();
        await looking;
        await UntilLevelAsync(stop);
        var all = clock.GetElapsedTime(started);
        var spent = await ServerCpu.ReadAsync(http, stop) - cpu;
        return new ThroughputSummary(settings.Rate, settings.Seconds, settings.Keys, _accepted, _rejected, _refused, _errors.Count)
        {
            AcceptedPerSecond = Math.Round(_accepted / sending.TotalSeconds, 1),
            DecidedPerSecond = Math.Round(_accepted / all.TotalSeconds, 1),
            BatchMs = _batches.Percentiles(),
            MostLag = _most,
            Cpu = spent is { } seconds ? Math.Round(seconds / all.TotalSeconds, 3) : null,
            FirstErrors = [.. _errors.Distinct().Take(3)],
        };
    }

    /// <exception cref="CommandStoppedException">What waits is no less for a minute.</exception>
    private async Task UntilLevelAsync(CancellationToken stop)
    {
        var (least, since) = (long.MaxValue, clock.GetTimestamp());
        while (await LagAsync(stop) is var lag && lag > 0)
        {
            if (lag < least)
            {
                (least, since) = (lag, clock.GetTimestamp());
            }
            else if (clock.GetElapsedTime(since) > Patience)
            {
                throw new CommandStoppedException($"{lag:N0} records wait, and for {Patience.TotalSeconds:0} s they have not become fewer: see ostream topics.");
            }

            await Task.Delay(LastLook, clock, stop);
        }
    }

    private async Task SendAsync(int lane, long started, CancellationToken stop)
    {
        var length = TimeSpan.FromSeconds(settings.Seconds);
        for (var number = 0L; ; number++)
        {
            var first = ((number * settings.Lanes) + lane) * settings.Batch;
            var due = settings.Rate is { } rate ? TimeSpan.FromSeconds(first / rate) : TimeSpan.Zero;
            if (due >= length || clock.GetElapsedTime(started) >= length)
            {
                return;
            }

            if (due - clock.GetElapsedTime(started) is var early && early > TimeSpan.Zero)
            {
                await Task.Delay(early, clock, stop);
            }

            await SendUntilTakenAsync(Lines(lane, number), started + (long)(length.TotalSeconds * 2 * clock.TimestampFrequency), stop);
        }
    }

    /// <summary>A card is one lane's, so that its transactions keep their order.</summary>
    private byte[] Lines(int lane, long number)
    {
        var lines = new MemoryStream();
        var cards = Math.Max(1, settings.Keys / settings.Lanes);
        for (var i = 0; i < settings.Batch; i++)
        {
            var shot = (number * settings.Batch) + i;
            lines.Write(_transactions.Of((int)((shot % cards * settings.Lanes) + lane), $"{lane}-{shot}").Json.Span);
            lines.WriteByte((byte)'\n');
        }

        return lines.ToArray();
    }

    private async Task SendUntilTakenAsync(byte[] lines, long until, CancellationToken stop)
    {
        while (true)
        {
            var sent = clock.GetTimestamp();
            try
            {
                using var content = new ByteArrayContent(lines) { Headers = { ContentType = NdJson } };
                using var response = await http.PostAsync("v1/transactions", content, stop);
                var body = await response.Content.ReadAsByteArrayAsync(stop);
                if (response.StatusCode == HttpStatusCode.TooManyRequests && clock.GetTimestamp() < until)
                {
                    Interlocked.Increment(ref _refused);
                    await Task.Delay(RetryAfter, clock, stop);
                    continue;
                }

                if (!response.IsSuccessStatusCode)
                {
                    Fail(Problems.Describe(response.StatusCode, Problems.Read(body)));
                    return;
                }

                _batches.Add(clock.GetElapsedTime(sent));
                Count(body);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                Fail(e.GetBaseException().Message);
            }

            return;
        }
    }

    private void Count(byte[] body)
    {
        using var answer = JsonDocument.Parse(body);
        Interlocked.Add(ref _accepted, answer.RootElement.GetProperty("accepted").GetInt64());
        Interlocked.Add(ref _rejected, answer.RootElement.GetProperty("rejected").GetInt64());
    }

    private void Fail(string error)
    {
        lock (_errors)
        {
            _errors.Add(error);
        }
    }

    private async Task LookAsync(CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            await LagAsync(CancellationToken.None);
            await Task.Delay(Look, clock, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<long> LagAsync(CancellationToken stop)
    {
        var lag = (await _api.GetAsync("v1/pipeline", stop)).GetProperty("lag").GetInt64();
        _most = Math.Max(_most, lag);
        return lag;
    }
}
