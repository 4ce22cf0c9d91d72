using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Domain.Observability.Alerts;
using OrleansStream.Domain.Observability.Series;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Grains.Services;

/// <summary>
/// All services with their rates of the last minute, for lists: counted from the same records the services take, by when these came in, so that nobody's clock
/// matters. Metrics that only the service's state can read (sums, histograms) come with its closed minutes. One that is silent for <see cref="Remembered"/> leaves, unless an alert of
/// it fires. Bounded: the ones silent longest go first.
/// </summary>
public sealed class ServiceList(TimeProvider time) : ReadModel
{
    public const string ModelName = "services";
    private const int Kept = 20_000;
    private const int RowsPerPiece = 1_000;
    private const long SweepMs = 600_000;

    /// <summary>As long as the newest of its minutes is shown.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromHours(24);

    private readonly Dictionary<string, ServiceRow> _rows = new(StringComparer.Ordinal);
    private long _swept;

    public override string Name => ModelName;

    public override IReadOnlyList<string> Topics { get; } = [ServiceTopics.Signals, ServiceTopics.Minutes, ServiceTopics.Alerts];

    /// <summary>Each service speaks again and again: what a start reads of the log in place of a newer snapshot is cheap beside writing all rows every few seconds.</summary>
    protected override long RecordsWorthStoring => 40L * _rows.Count;

    public int Count
    {
        get
        {
            long since = Since(Now);
            lock (Gate) return _rows.Values.Count(r => !r.IsGone(since));
        }
    }

    /// <summary>Alerts of all services that fire.</summary>
    public long FiringAlerts
    {
        get { lock (Gate) return _rows.Values.Sum(r => (long)r.FiringAlerts); }
    }

    /// <summary>Services that had to make room.</summary>
    public long Forgotten { get; private set; }

    public ServiceSummary? Find(string service)
    {
        long now = Now;
        lock (Gate) return _rows.GetValueOrDefault(service) is { } row && !row.IsGone(Since(now)) ? row.ToSummary(now) : null;
    }

    /// <summary>In an order of <c>errorRate</c> (share of failed requests and error logs), <c>errors</c>, <c>requests</c>, <c>logs</c>, <c>lastSeen</c> or <c>name</c>; highest or newest first, names ascending; after the first <paramref name="skip"/>.</summary>
    public IReadOnlyList<ServiceSummary> List(string sort, int skip, int limit, string? contains = null)
    {
        ServiceSummary[] all;
        long now = Now, since = Since(now);
        lock (Gate) all = [.. _rows.Values.Where(r => !r.IsGone(since) && (contains is null || r.Service.Contains(contains, StringComparison.OrdinalIgnoreCase))).Select(r => r.ToSummary(now))];
        IEnumerable<ServiceSummary> ordered = sort switch
        {
            "name" => all.OrderBy(s => s.Service, StringComparer.Ordinal),
            "requests" => By(all, s => s.RequestsPerSecond),
            "logs" => By(all, s => s.LogsPerSecond),
            "errors" => By(all, s => s.ErrorsPerSecond + s.LogErrorsPerSecond),
            "lastSeen" => By(all, s => s.LastSeen.ToUnixTimeMilliseconds()),
            _ => By(all, s => Math.Max(s.ErrorRatio, s.LogErrorRatio)),
        };
        return [.. ordered.Skip(skip).Take(limit)];
    }

    protected override void Apply(TopicPartition partition, LogRecord record)
    {
        switch (partition.Topic)
        {
            // A timer of the service is a record of its topic, too.
            case ServiceTopics.Signals when record.Header(LogHeaders.Kind) is null && ServiceSignalsJson.Read(record.Value.Span, ServiceRow.Parts) is { } signals:
                Row(record.Key).Take(signals, record.ReceivedAt.ToUnixTimeMilliseconds());
                break;
            case ServiceTopics.Minutes when ClosedMinuteJson.Read(record.Value.Span) is { } minute:
                Row(record.Key).Take(minute, record.ReceivedAt.ToUnixTimeMilliseconds());
                break;
            case ServiceTopics.Alerts when AlertChangeJson.Read(record.Value.Span) is { } change:
                Row(record.Key).Take(change);
                break;
        }
        if (_rows.Count > Kept) Forget();
        Sweep(record.ReceivedAt.ToUnixTimeMilliseconds());
    }

    protected override void Reset()
    {
        _rows.Clear();
        (_swept, Forgotten) = (0, 0);
    }

    protected override IEnumerable<byte[]> Snapshot()
    {
        SavedServiceRow[] rows = [.. _rows.Values.Select(r => r.Save())];
        long forgotten = Forgotten;
        return rows.Chunk(RowsPerPiece).Select(some => JsonSerializer.SerializeToUtf8Bytes(new ServiceListSnapshot(some, forgotten), ServiceListJson.Default.ServiceListSnapshot));
    }

    protected override void Restore(ReadOnlySpan<byte> piece)
    {
        var saved = JsonSerializer.Deserialize(piece, ServiceListJson.Default.ServiceListSnapshot)!;
        foreach (var row in saved.Rows) _rows[row.Service] = ServiceRow.Of(row);
        Forgotten = saved.Forgotten;
    }

    private static IOrderedEnumerable<ServiceSummary> By(ServiceSummary[] all, Func<ServiceSummary, double> value) =>
        all.OrderByDescending(value).ThenBy(s => s.Service, StringComparer.Ordinal);

    private ServiceRow Row(string service)
    {
        if (!_rows.TryGetValue(service, out var row)) _rows.Add(service, row = new ServiceRow(service));
        return row;
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Who was silent since then is gone.</summary>
    private static long Since(long now) => now - (long)Remembered.TotalMilliseconds;

    private void Sweep(long now)
    {
        if (now < _swept + SweepMs) return;
        _swept = now;
        foreach (var row in _rows.Values.Where(r => r.IsGone(Since(now))).ToList()) _rows.Remove(row.Service);
    }

    private void Forget()
    {
        // Some at once: to look for the oldest costs a walk over all.
        foreach (var row in _rows.Values.OrderBy(r => r.LastSeen).Take(Kept / 50).ToList())
        {
            _rows.Remove(row.Service);
            Forgotten++;
        }
    }
}

/// <summary>One line of the list; rates per second over the last minute, 0 for a service that is silent.</summary>
public sealed record ServiceSummary(
    string Service, DateTimeOffset LastSeen, double RequestsPerSecond, double ErrorsPerSecond, double ErrorRatio, double LogsPerSecond, double LogErrorsPerSecond, double LogErrorRatio,
    double? Cpu, double? MemoryBytes, int FiringAlerts, long Requests, long Errors, long Logs, long LogErrors);

internal sealed record ServiceListSnapshot(SavedServiceRow[] Rows, long Forgotten);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ServiceListSnapshot))]
internal sealed partial class ServiceListJson : JsonSerializerContext;
