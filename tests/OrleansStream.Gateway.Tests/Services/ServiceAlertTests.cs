using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Domain.Observability.Alerts;
using OrleansStream.Domain.Observability.Rules;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Gateway.Tests.Generic;
using OrleansStream.Grains.Services;
using OrleansStream.Grains.Services.Rules;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Tests.Services;

/// <summary>From signals in the log to alerts in theirs, through the engine, with all that is shown beside.</summary>
public sealed class ServiceAlertTests(AccountHost host) : IClassFixture<AccountHost>
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private static readonly long Start = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 600;

    private IEventLog Log => host.Services.GetRequiredService<IEventLog>();

    [Fact]
    public async Task AnErrorRateSpikeFires_AndNoOtherService()
    {
        string[] services = [.. Enumerable.Range(0, 20).Select(i => $"svc-{Guid.NewGuid():N}")];
        for (int second = 0; second < 40; second++) await SendAsync([.. services.Select(s => Requests(s, second, 5, 0))]);
        await SendAsync(Requests(services[3], 40, 50, 40));
        var changes = await UntilAsync(() => Alerts(services), alerts => alerts.Count > 0);
        var change = Assert.Single(changes);
        Assert.Equal(("service-error-rate", services[3], AlertStatus.Firing), (change.RuleId, change.Service, change.Status));
        Assert.Equal(change.Fingerprint, AlertFingerprint.Of(change.Labels));

        // The same by the API: the list of the service's alerts, and the stream of all.
        await UntilAsync(() => host.Http.GetStringAsync(new Uri($"/v1/services/{services[3]}/alerts", UriKind.Relative), TestContext.Current.CancellationToken), text => text.Contains("\"firing\"", StringComparison.Ordinal));
        using var events = await host.Http.GetAsync(new Uri($"/v1/alerts/stream?service={services[3]}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal("text/event-stream", events.Content.Headers.ContentType?.MediaType);

        // And in the list of services, which is sorted by errors.
        var list = host.Services.GetRequiredService<ServiceList>();
        await UntilAsync(() => Task.FromResult(list.List("errorRate", 0, 1)), found => found is [{ ErrorRatio: > 0.1 }, ..] && found[0].Service == services[3]);
    }

    [Fact]
    public async Task ShowsSecondsMinutesAndTemplates_FromStateHistoryAndLogs()
    {
        string service = $"svc-{Guid.NewGuid():N}";
        for (int second = 0; second < 400; second += 2)
            await SendAsync(Requests(service, second, 2, 0) with
            {
                Logs = [new LogSecond { At = Start + second, Counts = [0, 0, 1] }],
                Masked = [new MaskedBody("Paid <*>", 1)],
                Lines = [new LogLine { Time = (Start + second) * 1000, Severity = second == 100 ? LogSeverity.Error : LogSeverity.Info, Body = $"Paid {second}" }],
            });
        var reader = host.Services.GetRequiredService<ServiceReader>();
        var detail = await UntilAsync(() => reader.ReadAsync(service), d => d is { Templates.Count: > 0 } && d.Templates[0].Count == 200 && d.Now.Totals.Requests == 400);
        Assert.Equal(200, detail!.Seconds.Count);
        Assert.Equal(400, detail.Seconds.Sum(s => s.Requests));
        Assert.Equal(400, detail.Minutes.Sum(m => m.Requests));
        Assert.All(detail.Minutes, m => Assert.InRange(m.LatencyMs!.P99, 9.8, 10.2));
        Assert.Equal("Paid <*>", detail.Templates.Single().Text);

        var logs = host.Services.GetRequiredService<ServiceLogs>();
        Assert.Equal("Paid 398", logs.Lines(service, limit: 1)[0].Line.Body);
        Assert.Equal("Paid 100", Assert.Single(logs.Lines(service, LogSeverity.Error)).Line.Body);
        Assert.Equal(["Paid 38", "Paid 138", "Paid 238", "Paid 338"], logs.Lines(service, contains: "38").Select(l => l.Line.Body).Where(b => b.EndsWith("38", StringComparison.Ordinal)).Reverse());
        Assert.Null(await reader.ReadAsync("never-seen"));
    }

    [Fact]
    public async Task RulesAreChangedWithoutARestart_AndSilenceIsSeenByATimer()
    {
        var (rules, book) = (host.Services.GetRequiredService<AlertRuleService>(), host.Services.GetRequiredService<AlertRuleBook>());
        string service = $"svc-{Guid.NewGuid():N}";
        var cancellation = TestContext.Current.CancellationToken;
        var refused = await rules.ActivateAsync(Encoding.UTF8.GetBytes("""{"rules":[{"id":"x","type":"absence","after":"never"}]}"""), null, null, cancellation);
        Assert.Equal("rules[0].after", Assert.Single(refused.Errors).Field);
        int version = book.Current.Set.Version;
        var answer = await rules.ActivateAsync(Encoding.UTF8.GetBytes($$"""{"rules":[{"id":"gone","type":"absence","after":"10s","services":["{{service}}"]}]}"""), version, "test", cancellation);
        Assert.Equal(version + 1, answer.Version!.Rules.Version);
        Assert.True((await rules.ActivateAsync(Encoding.UTF8.GetBytes("""{"rules":[]}"""), version, null, cancellation)).Conflict);

        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await SendAsync(Requests(service, now - Start, 1, 0));
        var changes = await UntilAsync(() => Alerts([service]), alerts => alerts.Count > 0);
        Assert.Equal(("gone", AlertStatus.Firing), (changes[0].RuleId, changes[0].Status));
        await SendAsync(Requests(service, DateTimeOffset.UtcNow.ToUnixTimeSeconds() - Start, 1, 0));
        changes = await UntilAsync(() => Alerts([service]), alerts => alerts.Count > 1);
        Assert.Equal(AlertStatus.Resolved, changes[1].Status);
        await rules.ActivateAsync(AlertRulesJson.Write(AlertRuleSet.Default), null, null, cancellation);
    }

    private static ServiceSignals Requests(string service, long second, long count, long errors) => new()
    {
        Service = service, Time = ((Start + second) * 1000) + 500, Received = ((Start + second) * 1000) + 600,
        Requests = [new RequestSecond { At = Start + second, Count = count, Errors = errors, LatencySumMs = 10 * count, LatencyMaxMs = 10, Latency = [Domain.Observability.Sketches.LatencySketch.BucketOf(10), (int)count] }],
    };

    private async Task SendAsync(params ServiceSignals[] signals)
    {
        var now = DateTimeOffset.UtcNow;
        await Log.AppendAsync(ServiceTopics.Signals, [.. signals.Select(s => new LogRecord
        {
            Key = s.Service, Source = "test", Id = Guid.NewGuid().ToString("N"), Time = DateTimeOffset.FromUnixTimeMilliseconds(s.Time), ReceivedAt = now, Value = ServiceSignalsJson.Write(s),
        })]);
    }

    private async Task<List<AlertChange>> Alerts(string[] services)
    {
        var found = new List<AlertChange>();
        for (int partition = 0; partition < Log.Topics[ServiceTopics.Alerts]; partition++)
        {
            var place = new TopicPartition(ServiceTopics.Alerts, partition);
            using var reader = Log.OpenReader(place, 0);
            while (reader.NextOffset < Log.Watermarks(place).High)
                found.AddRange((await reader.ReadAsync(1000, 1 << 20, TimeSpan.Zero, TestContext.Current.CancellationToken)).Select(r => AlertChangeJson.Read(r.Value.Span)!).Where(c => services.Contains(c.Service)));
        }
        return found;
    }

    private static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> holds)
    {
        var end = DateTime.UtcNow + Bound;
        while (true)
        {
            var answer = await ask();
            if (holds(answer)) return answer;
            Assert.True(DateTime.UtcNow < end, $"It did not come: {answer}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
