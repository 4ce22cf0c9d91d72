using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansStream.Benchmarks.Measuring;

namespace OrleansStream.Benchmarks.Engine;

/// <summary>
/// One way of bringing events to grains, in one silo of this process. A contender says how the silo is set up and how a range of
/// events is sent; everything else is the same for all.
/// </summary>
internal abstract class Contender(Settings settings) : IAsyncDisposable
{
    private IHost? _host;

    protected Settings Settings { get; } = settings;

    protected string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("osbench-").FullName;

    protected IServiceProvider Services => _host!.Services;

    protected IGrainFactory Grains => field ??= Services.GetRequiredService<IGrainFactory>();

    /// <summary>The grain type that counts.</summary>
    public abstract string GrainType { get; }

    protected abstract void Configure(ISiloBuilder silo);

    /// <summary>Sends the events of a range and returns when each has been applied, and is durable where that is promised.</summary>
    public abstract Task SendAsync(Workload workload, long from, long count);

    /// <summary>Services that must start before the silo.</summary>
    protected virtual void ConfigureServices(IServiceCollection services) { }

    public async Task StartAsync()
    {
        _host = await SiloHost.StartAsync(ConfigureServices, silo =>
        {
            Configure(silo);
            Settings.ThrowIfUnknown();
        });
    }

    /// <summary>The sum of the counters of all keys, asked of the grains themselves.</summary>
    public async Task<long> SumAsync(Workload workload)
    {
        long sum = 0;
        await Parallel.ForEachAsync(workload.Keys, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (key, _) =>
            Interlocked.Add(ref sum, await Grains.GetGrain(GrainId.Create(GrainType, key)).AsReference<ICounted>().GetCount()));
        return sum;
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await SiloHost.StopAsync(_host);
        System.IO.Directory.Delete(Directory, recursive: true);
        GC.SuppressFinalize(this);
    }
}

/// <summary>A grain that counted the events it got.</summary>
[Alias("OrleansStream.Bench.ICounted")]
internal interface ICounted : IGrainWithStringKey
{
    [Alias("GetCount")]
    ValueTask<long> GetCount();
}
