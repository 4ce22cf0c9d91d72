using System.Diagnostics;
using System.Globalization;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Cluster.Soak;

/// <summary>Looks at the memory of all processes of a cluster every few seconds, and at the heap of those that are spared.</summary>
internal sealed class MemoryWatch(ProductCluster cluster) : IAsyncDisposable
{
    private const double MiB = 1 << 20;
    private const string HeapMetric = "dotnet_gc_last_collection_heap_size_bytes";
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5), HeapPeriod = TimeSpan.FromSeconds(15), AnswerLimit = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<(string Place, TimeSpan At, double MiB)> _resident = [], _heap = [];
    private Task _watching = Task.CompletedTask;

    /// <summary>"silo 1" and so on.</summary>
    public IReadOnlyList<string> Places => [.. Processes().Select(p => p.Place)];

    /// <summary>Those that no fault hits.</summary>
    public IReadOnlyList<string> Spared => [.. Processes().Where(p => p.Spared).Select(p => p.Place)];

    public void Start(long startedAt) => _watching = WatchAsync(startedAt);

    public List<(TimeSpan At, double MiB)> ResidentOf(string place) => Of(_resident, place);

    /// <summary>The objects that were left by the last collections.</summary>
    public List<(TimeSpan At, double MiB)> HeapOf(string place) => Of(_heap, place);

    /// <summary>The last that was seen before a time; 0 when nothing was.</summary>
    public double ResidentBefore(string place, TimeSpan time) => ResidentOf(place).LastOrDefault(s => s.At <= time).MiB;

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _watching;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private List<(TimeSpan At, double MiB)> Of(List<(string Place, TimeSpan At, double MiB)> samples, string place)
    {
        lock (_gate) return [.. samples.Where(s => s.Place == place).Select(s => (s.At, s.MiB))];
    }

    /// <summary>By index: one is replaced while another thread goes through them.</summary>
    private IEnumerable<(string Place, ProductProcess Process, bool Spared)> Processes()
    {
        for (int i = 0; i < cluster.Silos.Count; i++) yield return ($"silo {i + 1}", cluster.Silos[i], i == cluster.Silos.Count - 1);
        for (int i = 0; i < cluster.Gateways.Count; i++) yield return ($"gateway {i + 1}", cluster.Gateways[i], i == cluster.Gateways.Count - 1);
    }

    private async Task WatchAsync(long startedAt)
    {
        for (var heapAt = TimeSpan.Zero; !_stop.IsCancellationRequested; await Task.Delay(Period, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing))
        {
            var at = Stopwatch.GetElapsedTime(startedAt);
            bool heaps = at >= heapAt;
            if (heaps) heapAt = at + HeapPeriod;
            foreach (var (place, process, spared) in Processes().ToList())
            {
                if (process.ResidentBytes is { } resident) Add(_resident, (place, at, resident / MiB));
                if (heaps && spared && await HeapAsync(process) is { } heap) Add(_heap, (place, at, heap / MiB));
            }
        }
    }

    private void Add(List<(string Place, TimeSpan At, double MiB)> samples, (string Place, TimeSpan At, double MiB) sample)
    {
        lock (_gate) samples.Add(sample);
    }

    /// <summary>Bytes, all generations; null when it does not say.</summary>
    private static async Task<double?> HeapAsync(ProductProcess process)
    {
        try
        {
            using var limit = new CancellationTokenSource(AnswerLimit);
            string text = await process.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), limit.Token);
            var lines = text.Split('\n').Where(line => line.StartsWith(HeapMetric, StringComparison.Ordinal)).ToList();
            return lines.Count == 0 ? null : lines.Sum(line => double.Parse(line[(line.IndexOf('}', StringComparison.Ordinal) + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (CardLoad.IsBroken(e))
        {
            return null;
        }
    }
}
