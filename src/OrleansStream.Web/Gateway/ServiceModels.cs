namespace OrleansStream.Web.Gateway;

/// <summary><c>GET /v1/services</c>.</summary>
public sealed record ServiceList(IReadOnlyList<ServiceItem> Items, string? Next);

public sealed record ServiceItem(
    string Name, double RequestRate, double ErrorRate, double LogRate, double? Cpu, double? MemoryBytes, int FiringAlerts, long Requests, long Errors, long Logs, DateTimeOffset LastSeen);

/// <summary><c>GET /v1/services/{service}</c>.</summary>
public sealed record ServiceDetail(
    string Name, DateTimeOffset Time, double RequestRate, double ErrorRate, double LogRate, ServiceQuantiles? LatencyMs, double? Cpu, double? MemoryBytes, IReadOnlyList<ServiceSecond> Seconds,
    IReadOnlyList<ServiceMinute> Minutes, IReadOnlyList<ServiceTemplate> Templates);

public sealed record ServiceQuantiles(double P50, double P90, double P95, double P99);

public sealed record ServiceSecond(DateTimeOffset Time, long Requests, long Errors, long Logs, long LogErrors, double? LatencyMeanMs);

public sealed record ServiceMinute(DateTimeOffset Time, long Requests, long Errors, ServiceQuantiles? LatencyMs, IReadOnlyDictionary<string, double>? Gauges);

public sealed record ServiceTemplate(string Template, long Count, string Severity);

/// <summary><c>GET /v1/services/{service}/logs</c>.</summary>
public sealed record LogLineList(IReadOnlyList<LogLine> Items);

public sealed record LogLine(DateTimeOffset Time, string Severity, string Body, string? TraceId);

/// <summary><c>GET /v1/alerts</c>.</summary>
public sealed record AlertList(IReadOnlyList<AlertItem> Items, string? Next);

/// <summary>An alert; a change that is pushed has neither <c>SilencedBy</c> nor <c>Acknowledged</c>.</summary>
public sealed record AlertItem(
    string Fingerprint, string Status, string? Service, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string>? Annotations, DateTimeOffset StartsAt, DateTimeOffset? EndsAt,
    double? Value, double? Threshold, IReadOnlyList<string>? SilencedBy, AlertAcknowledgement? Acknowledged);

public sealed record AlertAcknowledgement(DateTimeOffset At, string By, string? Note);

public sealed record AcknowledgeRequest(string By, string? Note);

/// <summary>A silence as Alertmanager takes it.</summary>
public sealed record SilenceRequest(IReadOnlyList<SilenceMatcher> Matchers, DateTimeOffset StartsAt, DateTimeOffset EndsAt, string CreatedBy, string Comment);

public sealed record SilenceMatcher(string Name, string Value, bool IsRegex, bool IsEqual);
