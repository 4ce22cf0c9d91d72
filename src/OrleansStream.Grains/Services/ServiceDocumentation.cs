using OrleansStream.Domain.Observability.Alerts;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Services;

/// <summary>What the API's reference shows of services.</summary>
internal static class ServiceDocumentation
{
    public static readonly ProcessorDocumentation Value = new()
    {
        Group = "Observability",
        KeyExample = "checkout",
        StateType = typeof(ServiceView),
        OutputType = typeof(AlertChangeView),
        OutputExample =
        """
        {"fingerprint":"1f0c2a7d90b3e481","ruleId":"service-error-rate","service":"checkout","status":"firing","labels":{"alertname":"service-error-rate","service":"checkout","severity":"critical"},"annotations":{"summary":"checkout: 48 % of the requests fail"},"startsAt":"2026-11-22T10:00:07.412+00:00","updatedAt":"2026-11-22T10:00:07.412+00:00","value":0.48,"threshold":0.1}
        """,
        StateExample =
        """
        {"service":"checkout","time":"2026-11-22T10:00:07.412+00:00","requestsPerSecond":12.4,"errorsPerSecond":0.1,"errorRatio":0.008,"logsPerSecond":40.2,"logErrorsPerSecond":0.2,"latencyMs":{"p50":12.1,"p90":31,"p95":48.2,"p99":120.9},"cpu":0.31,"memoryBytes":268435456,"metrics":[],"alerts":[],"totals":{"exports":1200,"requests":14880},"seconds":[],"appliedPosition":"service-signals:2:1843"}
        """,
    };
}
