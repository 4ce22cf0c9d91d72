using System.Collections.Immutable;
using OrleansStream.Domain.Observability.Alerts;
using OrleansStream.Domain.Observability.Series;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Grains.Services;
using OrleansStream.Streams.Log;

namespace OrleansStream.Cluster.Tests.Services;

/// <summary>The list of services when these fall silent.</summary>
public sealed class ServiceListTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddDays(20_000);
    private readonly Clock _clock = new() { Now = Start };
    private readonly ServiceList _list;

    public ServiceListTests() => _list = new ServiceList(_clock);

    [Fact]
    public void RatesFallToNothing_WhenAServiceIsSilent()
    {
        for (int second = 0; second < 60; second++) Take(Signals("a", second) with { Requests = [new RequestSecond { At = 0, Count = 6, Errors = 3 }], Logs = [new LogSecond { Counts = [0, 0, 2] }] });
        _clock.Now = Start.AddSeconds(59);
        Assert.Equal((6, 3, 2), Rates("a"));
        // Half a minute of silence is half of the minute.
        _clock.Now = Start.AddSeconds(89);
        Assert.Equal((3, 1.5, 1), Rates("a"));
        _clock.Now = Start.AddSeconds(119);
        Assert.Equal((0, 0, 0), Rates("a"));
        var summary = _list.Find("a")!;
        Assert.Equal((360, 180, 120, 0), (summary.Requests, summary.Errors, summary.Logs, summary.ErrorRatio));
        Take(Signals("a", 130) with { Requests = [new RequestSecond { Count = 60 }] });
        _clock.Now = Start.AddSeconds(131);
        Assert.Equal((1, 0, 0), Rates("a"));
    }

    [Fact]
    public void WhatMinutesAndGaugesSayHoldsForMinutes()
    {
        Take(Signals("a", 0) with { Gauges = [new GaugePoint { Name = WellKnownMetrics.Memory, Last = 5 }] });
        Take(ServiceTopics.Minutes, "a", 60, ClosedMinuteJson.Write(new ClosedMinute { Service = "a", At = 0, Requests = 120, Errors = 60, Gauges = new Dictionary<string, double> { [WellKnownMetrics.Cpu] = 0.5 } }));
        _clock.Now = Start.AddSeconds(90);
        Assert.Equal((2, 1, 0), Rates("a"));
        Assert.Equal((0.5, 5), (_list.Find("a")!.Cpu, _list.Find("a")!.MemoryBytes));
        _clock.Now = Start.AddSeconds(240);
        Assert.Equal((0, 0, 0), Rates("a"));
        _clock.Now = Start.AddSeconds(400);
        Assert.Equal((null, null), (_list.Find("a")!.Cpu, _list.Find("a")!.MemoryBytes));
    }

    [Fact]
    public void LeavesTheList_WhenItIsSilentForADay_UnlessAnAlertFires()
    {
        Take(Signals("a", 0));
        Take(Signals("b", 0));
        Take(ServiceTopics.Alerts, "b", 5, AlertChangeJson.Write(new AlertChange
        {
            Fingerprint = "f", RuleId = "gone", Service = "b", Status = AlertStatus.Firing, Labels = AlertFingerprint.NoLabels, Annotations = ImmutableSortedDictionary<string, string>.Empty,
            StartsAt = Start, UpdatedAt = Start,
        }));
        Assert.Equal(["a", "b"], Names());
        _clock.Now = Start.AddHours(23);
        Assert.Equal(2, _list.Count);
        _clock.Now = Start.AddHours(25);
        Assert.Equal(["b"], Names());
        Assert.Null(_list.Find("a"));
        // It comes anew when it speaks again.
        Take(Signals("c", 25 * 3600));
        Take(Signals("a", 25 * 3600));
        Assert.Equal(["a", "b", "c"], Names());
        Assert.Equal((3, 1), (_list.Count, _list.FiringAlerts));
    }

    private (double Requests, double Errors, double Logs) Rates(string service) => _list.Find(service) is { } s ? (s.RequestsPerSecond, s.ErrorsPerSecond, s.LogsPerSecond) : default;

    private IEnumerable<string> Names() => _list.List("name", 0, 100).Select(s => s.Service);

    private static ServiceSignals Signals(string service, int second) => new() { Service = service, Received = Start.AddSeconds(second).ToUnixTimeMilliseconds() };

    private void Take(ServiceSignals signals) =>
        Take(ServiceTopics.Signals, signals.Service, (int)(DateTimeOffset.FromUnixTimeMilliseconds(signals.Received) - Start).TotalSeconds, ServiceSignalsJson.Write(signals));

    private void Take(string topic, string service, int second, byte[] value)
    {
        var at = Start.AddSeconds(second);
        lock (_list.Gate) _list.Apply(new TopicPartition(topic, 0), new LogRecord { Key = service, Source = "test", Id = $"{topic}-{service}-{second}", Time = at, ReceivedAt = at, Value = value });
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
