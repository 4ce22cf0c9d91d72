using System.Diagnostics.Metrics;
using OrleansStream.Grains.Services;
using OrleansStream.Streams;

namespace OrleansStream.Gateway.Services;

/// <summary>What the platform's own metrics say of the services it watches: how many, and how many alerts fire. Per service there is the API.</summary>
internal static class ServiceMetrics
{
    private static readonly Meter Meter = new(StreamMetrics.MeterName);

    public static void Observe(ServiceList list)
    {
        // A process has one list; in tests several come and go, and a gauge must keep none of them alive.
        var observed = new WeakReference<ServiceList>(list);
        Meter.CreateObservableGauge("orleansstream.services", () => Measure(l => l.Count), "{service}");
        Meter.CreateObservableGauge("orleansstream.services.alerts.firing", () => Measure(l => l.FiringAlerts), "{alert}");

        IEnumerable<Measurement<long>> Measure(Func<ServiceList, long> value) => observed.TryGetTarget(out var target) ? [new(value(target))] : [];
    }
}
