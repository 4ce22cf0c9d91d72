using CsCheck;
using OrleansStream.Domain.Observability.Rules;
using OrleansStream.Domain.Observability.Series;
using OrleansStream.Domain.Observability.Services;
using OrleansStream.Domain.Observability.Signals;
using static OrleansStream.Domain.Tests.Observability.SignalSamples;

namespace OrleansStream.Domain.Tests.Observability;

public sealed class ServiceSeriesTests
{
    [Fact]
    public void AreTheSame_InWhateverOrderPointsComeWithinTheLateness() =>
        Gen.Select(Gen.Int[0, 59].Select(Gen.Int[1, 50], Gen.Int[0, 5]).Array[1, 40], Gen.Int[0, 1 << 20]).Sample((points, seed) =>
        {
            ServiceSignals[] exports = [.. points.Select(p => Requests(120 + p.Item1, p.Item2 + p.Item3, p.Item3) with { Received = 0 })];
            var shuffled = (ServiceSignals[])exports.Clone();
            new Random(seed).Shuffle(shuffled);
            // The newest time is the same for both, and 60 seconds behind it is everything within the lateness.
            var (ordered, mixed) = (exports.Append(Requests(180, 1)).Append(Requests(400, 1)).Apply(), shuffled.Append(Requests(180, 1)).Append(Requests(400, 1)).Apply());
            Assert.Equal(ordered.Seconds(), mixed.Seconds());
            Assert.Equal(ordered.Minutes.Select(m => (m.At, m.Requests, m.Errors)), mixed.Minutes.Select(m => (m.At, m.Requests, m.Errors)));
            Assert.Equal(ordered.Minutes.SelectMany(m => m.Latency ?? []), mixed.Minutes.SelectMany(m => m.Latency ?? []));
            Assert.Equal(0, mixed.State.Totals.Late);
            Assert.Equal(exports.Sum(e => e.Requests![0].Count) + 2, mixed.Seconds().Values.Sum(c => c.Requests));
        });

    [Fact]
    public void CloseOnce_AfterTheLateness()
    {
        var run = new[] { Requests(10, 5), Requests(119, 1) }.Apply();
        Assert.Empty(run.Minutes);
        run = new[] { Requests(120, 1) }.Apply(state: run.State);
        var minute = Assert.Single(run.Minutes);
        Assert.Equal((Start, 5L, 0L), (minute.At, minute.Requests, minute.Errors));
        var cell = Assert.Single(minute.Cells);
        Assert.Equal(new SecondCell(10, 5, 0, 0, 0, cell.LatencyUs, cell.LatencyMaxUs), cell);
        Assert.InRange(cell.LatencyMaxUs, 10_000 * 0.98, 10_000 * 1.02);
        Assert.InRange(cell.LatencyUs, 50_000 * 0.98, 50_000 * 1.02);
        Assert.Equal((10.0, 10.0), (minute.LatencyMeanMs, minute.LatencyMaxMs));
    }

    [Fact]
    public void CountsAsLateAndNowhereElse_WhenItsMinuteIsClosed()
    {
        var run = new[] { Requests(10, 5), Requests(300, 1), Requests(20, 7) with { Received = Ms(301) } }.Apply();
        Assert.Equal(7, run.State.Totals.Late);
        Assert.Equal(13, run.State.Totals.Requests);
        Assert.Equal(6, run.Seconds().Values.Sum(c => c.Requests));
    }

    [Fact]
    public void KeepsWhatAWholeDayOfAFileSays_WhenItComesAtOnce()
    {
        // A line every 40 seconds for a day, years ago, 500 lines a request.
        var exports = Enumerable.Range(0, 2160).Select(i => i * 40L).Chunk(500).Select(chunk => new ServiceSignals
        {
            Service = Service,
            Received = Ms(400_000_000),
            Requests = [.. chunk.Select(s => new RequestSecond { At = Start + s, Count = 1, Source = RequestSource.AccessLog })],
            Logs = [.. chunk.Select(s => new LogSecond { At = Start + s, Counts = [0, 0, 1] })],
        });
        var run = exports.Apply(AlertEvaluator.Default);
        Assert.Equal((2160L, 2160L, 0L), (run.State.Totals.Requests, run.State.Totals.Logs, run.State.Totals.Late));
        Assert.Equal(2160, run.Seconds().Values.Sum(c => c.Requests));
        Assert.Equal(run.Seconds().Keys, Enumerable.Range(0, 2160).Select(i => i * 40L));
        Assert.Empty(run.Changes);
    }

    [Fact]
    public void CountOneSource_WhenRequestsAreToldInSeveralWays()
    {
        var run = new[]
        {
            Requests(1, 10, source: RequestSource.AccessLog), Requests(2, 10, source: RequestSource.Spans), Requests(2, 10, source: RequestSource.AccessLog),
            Requests(3, 10, source: RequestSource.Metrics),
        }.Apply();
        Assert.Equal(20, run.State.Totals.Requests);
        Assert.Equal(RequestSource.Spans, run.State.Source);
        // Spans are heard no more: five minutes later the next best counts.
        run = new[] { Requests(310, 4, source: RequestSource.AccessLog) }.Apply(state: run.State);
        Assert.Equal(24, run.State.Totals.Requests);
    }

    [Fact]
    public void AddUp_WhenSeveralInstancesTellOfTheSameSecond()
    {
        var run = new[] { Requests(5, 10, 1, instance: "a"), Requests(5, 20, 2, instance: "b"), Requests(5, 30, 3, instance: "c") }.Apply();
        Assert.Equal((60L, 6L), (run.Seconds()[5].Requests, run.Seconds()[5].Errors));
        Assert.Equal([0L, 54, 0, 0, 6], run.State.Minutes.Single().Status);
    }

    [Fact]
    public void AreWithinAFewKibibytes_WhenATypicalServiceHasRunForDays()
    {
        var random = new Random(5);
        var state = ServiceState.Empty;
        int largest = 0;
        foreach (long second in Enumerable.Range(0, 200).Select(i => i * 1500L).Concat(Enumerable.Range(300_000, 400).Select(i => (long)i)))
        {
            var export = Requests(second, 1 + random.Next(8), random.Next(20) == 0 ? 1 : 0, 5 + (random.NextDouble() * 200), "pod-1") with
            {
                Logs = [new LogSecond { At = Start + second, Counts = [0, 0, 4, random.Next(2)] }],
                Gauges = second % 10 != 0 ? null :
                [
                    new GaugePoint { Name = WellKnownMetrics.Cpu, Time = Ms(second), Last = random.NextDouble() }, new GaugePoint { Name = WellKnownMetrics.Memory, Time = Ms(second), Last = random.Next(1 << 30) },
                ],
            };
            state = ServiceRules.Apply(state, export, AlertEvaluator.Default).State;
            largest = Math.Max(largest, ServiceStatePacking.Pack(state).Length);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"At most {largest} bytes.");
        Assert.InRange(largest, 500, 3584);
    }

    [Fact]
    public void AMinuteTakesSomeHundredBytes_WhenItIsClosed()
    {
        var random = new Random(6);
        var minute = Enumerable.Range(0, 130).Select(i => Requests(i, 1 + random.Next(4), random.Next(30) == 0 ? 1 : 0, 5 + (random.NextDouble() * 50)) with { Logs = [new LogSecond { At = Start + i, Counts = [0, 0, 4] }] })
            .Apply().Minutes[0];
        Assert.Equal(60, minute.Cells.Length);
        Assert.InRange(ClosedMinuteJson.Write(minute).Length, 300, 900);
    }

    [Fact]
    public void StaysBounded_WhenAServiceSendsTooManySeriesAndNames()
    {
        var exports = Enumerable.Range(0, 300).Select(i => Export(i) with
        {
            Counters = [.. Enumerable.Range(0, 50).Select(n => new CounterPoint { Name = $"name.{i % 60}.{n}", Series = (ulong)((i * 50) + n), Start = Ms(-5), Time = Ms(i), Value = i })],
            Gauges = [.. Enumerable.Range(0, 50).Select(n => new GaugePoint { Name = $"gauge.{i}.{n}", Time = Ms(i), Last = n })],
        });
        var run = exports.Apply();
        Assert.InRange(ServiceStatePacking.Pack(run.State).Length, 1, 12_000);
        Assert.Equal(MetricName.Max, run.State.Names.Length);
        Assert.True(run.State.Totals.DroppedSeries > 20_000, $"{run.State.Totals.DroppedSeries} dropped");
    }

    [Fact]
    public void ReturnsEqual_WhenAStateIsPackedAndRead()
    {
        var rules = Rules(new AlertRule { Id = "absent", Type = "absence", After = "1m" }, new() { Id = "odd", Type = "anomaly", Signal = "requests", Window = "10s" }, new() { Id = "many", Type = "threshold", Signal = "requests", Op = ">", Threshold = 0.01 });
        var state = Enumerable.Range(0, 400).SelectMany(i => new[] { Requests(i, 3, 1, 5 + (i % 90), "pod"), Gauge(i, "queue", i / 3.0), Logs(i, 2, 1) }).Apply(rules).State;
        var read = ServiceStatePacking.Unpack(ServiceStatePacking.Pack(state));
        Assert.Equal(ServiceStatePacking.Pack(state), ServiceStatePacking.Pack(read));
        Assert.Equal(state.Minutes.Select(m => (m.Minute, m.IsClosed, m.Latency)), read.Minutes.Select(m => (m.Minute, m.IsClosed, m.Latency)));
        Assert.Equal((state.Watermark, state.Clock, state.CheckAt, state.Totals), (read.Watermark, read.Clock, read.CheckAt, read.Totals));
        Assert.NotEmpty(read.Alerts);
        Assert.Equal(state.Alerts[0] with { Labels = read.Alerts[0].Labels }, read.Alerts[0]);
    }

    [Fact]
    public void ThrowsOnlyForDamage_WhenPackedBytesAreCutShort()
    {
        byte[] packed = ServiceStatePacking.Pack(Enumerable.Range(0, 100).Select(i => Requests(i, 3, 1)).Apply().State);
        for (int length = 1; length < packed.Length; length += 7)
        {
            try
            {
                ServiceStatePacking.Unpack(packed.AsSpan(0, length));
            }
            catch (InvalidDataException)
            {
                // Said in one way.
            }
        }
    }
}
