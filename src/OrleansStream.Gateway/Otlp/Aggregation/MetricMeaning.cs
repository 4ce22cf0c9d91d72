using OrleansStream.Domain.Observability.Signals;

namespace OrleansStream.Gateway.Otlp.Aggregation;

/// <summary>Which metrics tell of CPU, memory and requests, by the names of OpenTelemetry's semantic conventions, today's and former ones, and of what exporters for Prometheus use.</summary>
/// <param name="Kind">One of <see cref="WellKnownMetrics"/>.</param>
/// <param name="Rank">Of several the lowest counts: a process before its container before its host.</param>
internal readonly record struct MetricMeaning(string Kind, int Rank)
{
    private static readonly Dictionary<string, MetricMeaning> Known = new()
    {
        ["process.cpu.utilization"] = new(WellKnownMetrics.Cpu, 0),
        ["jvm.cpu.recent_utilization"] = new(WellKnownMetrics.Cpu, 1),
        ["process.runtime.jvm.cpu.utilization"] = new(WellKnownMetrics.Cpu, 1),
        ["process.runtime.cpython.cpu.utilization"] = new(WellKnownMetrics.Cpu, 1),
        ["cpython.cpu.utilization"] = new(WellKnownMetrics.Cpu, 1),
        ["nodejs.eventloop.utilization"] = new(WellKnownMetrics.Cpu, 2),
        ["container.cpu.utilization"] = new(WellKnownMetrics.Cpu, 3),
        ["k8s.container.cpu_limit_utilization"] = new(WellKnownMetrics.Cpu, 3),
        ["system.cpu.utilization"] = new(WellKnownMetrics.Cpu, 4),
        ["process.memory.usage"] = new(WellKnownMetrics.Memory, 0),
        ["process.memory.physical_usage"] = new(WellKnownMetrics.Memory, 0),
        ["process_resident_memory_bytes"] = new(WellKnownMetrics.Memory, 0),
        ["dotnet.process.memory.working_set"] = new(WellKnownMetrics.Memory, 1),
        ["process.runtime.cpython.memory"] = new(WellKnownMetrics.Memory, 1),
        ["jvm.memory.used"] = new(WellKnownMetrics.Memory, 2),
        ["process.runtime.jvm.memory.usage"] = new(WellKnownMetrics.Memory, 2),
        ["go.memory.used"] = new(WellKnownMetrics.Memory, 2),
        ["process.runtime.go.mem.heap_alloc"] = new(WellKnownMetrics.Memory, 2),
        ["v8js.memory.heap.used"] = new(WellKnownMetrics.Memory, 2),
        ["container.memory.working_set"] = new(WellKnownMetrics.Memory, 3),
        ["container.memory.usage"] = new(WellKnownMetrics.Memory, 4),
        ["system.memory.usage"] = new(WellKnownMetrics.Memory, 5),
    };

    /// <summary>Counters of processor time, seconds; the first that comes counts where no utilisation does.</summary>
    private static readonly string[] CpuTimes = ["process.cpu.time", "dotnet.process.cpu.time", "jvm.cpu.time", "process_cpu_seconds_total", "container.cpu.time"];
    private static readonly HashSet<string> CpuCounts = ["dotnet.process.cpu.count", "jvm.cpu.count"];
    private static readonly HashSet<string> RequestCounters = ["http_requests_total", "http.requests", "http.server.requests", "http.server.request.count", "http.server.request_count", "http_server_requests_total", "requests_total"];
    private static readonly HashSet<string> RequestDurations = ["http.server.request.duration", "http.server.duration", "rpc.server.duration", "rpc.server.call.duration"];

    /// <summary>Null for a metric that means nothing in particular.</summary>
    public static MetricMeaning? Of(string name) => Known.TryGetValue(name, out var meaning) ? meaning : null;

    /// <summary>Of several counters of processor time the lowest rank counts; -1 for what is none.</summary>
    public static int CpuTimeRank(string name) => Array.IndexOf(CpuTimes, name);

    /// <summary>Whether it says how many processors the process may use.</summary>
    public static bool CountsCpus(string name) => CpuCounts.Contains(name);

    public static bool CountsRequests(string name) => RequestCounters.Contains(name);

    public static bool TimesRequests(string name) => RequestDurations.Contains(name);

    /// <summary>Milliseconds per unit; 1 for what is no time. Where the unit is missing, the conventions of the name hold: seconds today, milliseconds before.</summary>
    public static double UnitMs(string name, string unit) => unit switch
    {
        "s" => 1000,
        "ms" => 1,
        "us" or "µs" => 0.001,
        "ns" => 0.000001,
        "min" => 60_000,
        "" when name is "http.server.request.duration" or "rpc.server.call.duration" => 1000,
        _ => 1,
    };
}
