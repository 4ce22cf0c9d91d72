using System.Text.Json;
using OrleansStream.Domain.Observability.Series;
using OrleansStream.Domain.Observability.Templates;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Services;

/// <summary>Puts together what is known of a service: its state, its history of minutes, and its log templates.</summary>
public sealed class ServiceReader(IGrainFactory grains, ServiceLogs logs)
{
    /// <summary>More than one record can close: it has 60 KiB, and a second takes a hundred bytes.</summary>
    private const int EntriesAtOnce = 1024;
    private const int MaxPages = 8;
    private const int SecondsShown = 15 * 60;
    private const int MinutesShown = 24 * 60;

    /// <summary>
    /// Per second for 15 minutes and per minute for 24 hours, both back from the service's own newest time; null when it was never seen. Seconds and minutes in which nothing
    /// happened are left out.
    /// </summary>
    public async Task<ServiceDetail?> ReadAsync(string service)
    {
        var grain = grains.GetGrain<IKeyedStreamGrain>(GrainId.Create(ServiceTopics.Service, service));
        return await grain.GetState() is { } state && ServiceViewJson.Read(state.Json) is { } view ? await ReadAsync(grain, view) : null;
    }

    /// <summary>The same when the state is at hand.</summary>
    public async Task<ServiceDetail> ReadAsync(IKeyedStreamGrain grain, ServiceView view)
    {
        long newest = view.Time.ToUnixTimeSeconds(), oldest = newest - (60 * MinutesShown);
        var minutes = new Dictionary<long, ClosedMinute>();
        foreach (var open in view.OpenMinutes) minutes[open.At] = open;
        long before = -1;
        for (int page = 0; page < MaxPages; page++)
        {
            var entries = await grain.ListEntries(before, EntriesAtOnce);
            bool isBeyond = false;
            foreach (var entry in entries)
            {
                if (entry.Topic != ServiceTopics.Minutes || ClosedMinuteJson.Read(entry.Payload) is not { } minute) continue;
                // Minutes close in their order, but for a service whose data went back to the past.
                if (minute.At < oldest) isBeyond = true;
                else minutes.TryAdd(minute.At, minute);
            }
            if (isBeyond || entries.Count < EntriesAtOnce) break;
            // What one record closed may lie on both sides of a page's end.
            long last = entries[^1].Offset;
            before = last < entries[0].Offset ? last + 1 : last;
        }
        var ordered = minutes.Values.Where(m => m.At >= oldest).OrderBy(m => m.At).ToList();
        return new ServiceDetail(
            view with { OpenMinutes = [] }, [.. ordered.Where(m => m.At + 60 > newest - SecondsShown).SelectMany(m => SecondView.Of(m)).Where(s => s.At > newest - SecondsShown)],
            [.. ordered.Select(MinuteView.Of)], logs.Templates(view.Service), logs.ForgottenTemplates(view.Service));
    }
}

/// <summary>All that is shown of a service.</summary>
/// <param name="Now">Rates of the last minute, alerts, totals.</param>
/// <param name="Seconds">15 minutes, oldest first.</param>
/// <param name="Minutes">24 hours, oldest first.</param>
/// <param name="Templates">Of log lines, most used first.</param>
/// <param name="ForgottenTemplateLines">Log lines of templates that made room.</param>
public sealed record ServiceDetail(
    ServiceView Now, IReadOnlyList<SecondView> Seconds, IReadOnlyList<MinuteView> Minutes, IReadOnlyList<LogTemplate> Templates, long ForgottenTemplateLines)
{
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ServiceJson.Default.ServiceDetail);
}

/// <summary>One second in which something happened, <c>At</c> in Unix seconds. Latencies are null without requests that tell them.</summary>
public sealed record SecondView(long At, long Requests, long Errors, long Logs, long LogErrors, double? LatencyMeanMs, double? LatencyMaxMs)
{
    public static IEnumerable<SecondView> Of(ClosedMinute minute) => minute.Cells.Select(c => new SecondView(
        minute.At + c.Second, c.Requests, c.Errors, c.Logs, c.LogErrors, c is { LatencyUs: > 0, Requests: > 0 } ? Math.Round(c.LatencyUs / 1000.0 / c.Requests, 3) : null,
        c.LatencyMaxUs > 0 ? c.LatencyMaxUs / 1000.0 : null));
}

/// <summary>One minute in which something happened, <c>At</c> its start in Unix seconds; log records by severity from trace to fatal, HTTP answers from 1xx to 5xx.</summary>
public sealed record MinuteView(
    long At, long Requests, long Errors, long Logs, long LogErrors, IReadOnlyList<long>? Severities, IReadOnlyList<long>? Status, double? LatencyMeanMs, double? LatencyMaxMs,
    QuantilesView? LatencyMs, IReadOnlyDictionary<string, double>? Gauges, IReadOnlyDictionary<string, double>? Counters)
{
    public static MinuteView Of(ClosedMinute minute) => new(
        minute.At, minute.Requests, minute.Errors, minute.Logs, minute.LogErrors, minute.Severities, minute.Status, minute.LatencyMeanMs, minute.LatencyMaxMs,
        QuantilesView.Of(minute.Sketch), minute.Gauges, minute.Counters);
}
