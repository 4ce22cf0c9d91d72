using System.Globalization;

namespace OrleansStream.Domain.Observability.Rules;

/// <summary>What a rule looks at.</summary>
public enum SignalKind
{
    Requests, RequestErrors, RequestErrorRatio, Latency, Logs, LogErrors, LogErrorRatio, Cpu, Memory, Gauge, Counter,
}

/// <param name="Kind">Which of a service's series.</param>
/// <param name="Name">Of a gauge or counter.</param>
/// <param name="Quantile">Of a latency, 0 to 1.</param>
public readonly record struct AlertSignal(SignalKind Kind, string Name = "", double Quantile = 0)
{
    /// <summary>What rules may name, for error messages.</summary>
    public const string Known = "requests, requests.errors, requests.errorRatio, latency.p50, latency.p90, latency.p95, latency.p99, logs, logs.errors, logs.errorRatio, cpu, memory, gauge:NAME, counter:NAME";

    public const int MaxNameLength = 128;

    public bool IsRatio => Kind is SignalKind.RequestErrorRatio or SignalKind.LogErrorRatio;

    /// <summary>The longest window over the signal, seconds: requests and log records are counted for three days back, of everything else the open and the last closed minutes are known.</summary>
    public long MaxWindowSeconds => Kind is SignalKind.Latency or SignalKind.Cpu or SignalKind.Memory or SignalKind.Gauge or SignalKind.Counter ? 300 : 3 * 86_400;

    public static bool TryParse(string? text, out AlertSignal signal)
    {
        signal = text switch
        {
            "requests" => new(SignalKind.Requests),
            "requests.errors" => new(SignalKind.RequestErrors),
            "requests.errorRatio" => new(SignalKind.RequestErrorRatio),
            "latency.p50" => new(SignalKind.Latency, "", 0.5),
            "latency.p90" => new(SignalKind.Latency, "", 0.9),
            "latency.p95" => new(SignalKind.Latency, "", 0.95),
            "latency.p99" => new(SignalKind.Latency, "", 0.99),
            "logs" => new(SignalKind.Logs),
            "logs.errors" => new(SignalKind.LogErrors),
            "logs.errorRatio" => new(SignalKind.LogErrorRatio),
            "cpu" => new(SignalKind.Cpu),
            "memory" => new(SignalKind.Memory),
            not null when Named(text, "gauge:") is { } name => new(SignalKind.Gauge, name),
            not null when Named(text, "counter:") is { } name => new(SignalKind.Counter, name),
            _ => default,
        };
        return signal != default || text == "requests";
    }

    public override string ToString() => Kind switch
    {
        SignalKind.Requests => "requests",
        SignalKind.RequestErrors => "requests.errors",
        SignalKind.RequestErrorRatio => "requests.errorRatio",
        SignalKind.Latency => string.Create(CultureInfo.InvariantCulture, $"latency.p{Quantile * 100:0}"),
        SignalKind.Logs => "logs",
        SignalKind.LogErrors => "logs.errors",
        SignalKind.LogErrorRatio => "logs.errorRatio",
        SignalKind.Cpu => "cpu",
        SignalKind.Memory => "memory",
        SignalKind.Gauge => $"gauge:{Name}",
        _ => $"counter:{Name}",
    };

    private static string? Named(string text, string prefix) =>
        text.StartsWith(prefix, StringComparison.Ordinal) && text.Length > prefix.Length && text.Length <= prefix.Length + MaxNameLength ? text[prefix.Length..] : null;
}
