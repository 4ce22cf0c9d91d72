using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Hosting;
using OrleansStream.Gateway.Tests.Generic;
using OrleansStream.Silo;
using OrleansStream.Storage.Sqlite;
using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Pressure;
using OrleansStream.Testing;

namespace OrleansStream.Gateway.Tests.Otlp;

/// <summary>The product in this process, with OTLP's ports, a gate that a test closes, and a log that says what was appended or fails as a test wants.</summary>
public sealed class OtlpHost : IAsyncLifetime
{
    private readonly ScratchDirectory _data = new();
    private WebApplication? _app;

    /// <summary>The API's port.</summary>
    public HttpClient Api { get; private set; } = null!;

    /// <summary>OTLP/HTTP's own port.</summary>
    public HttpClient Own { get; private set; } = null!;

    public Uri Grpc { get; } = FreePorts.Url();

    public Uri Http { get; } = FreePorts.Url();

    public FakeGate Gate { get; } = new();

    internal SignalLog Log { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["OrleansStream:Otlp:GrpcPort"] = $"{Grpc.Port}", ["OrleansStream:Otlp:HttpPort"] = $"{Http.Port}", ["OrleansStream:Otlp:Address"] = "127.0.0.1",
        });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddEmbeddedLog(log =>
        {
            log.Directory = Path.Combine(_data.Path, "log");
            log.DefaultPartitions = 2;
        });
        builder.Services.AddSingleton<IEventLog>(sp => Log = new SignalLog(sp.GetRequiredService<EmbeddedLog>()));
        builder.Services.AddSqliteStorage(sqlite => sqlite.File = Path.Combine(_data.Path, "state.db"));
        builder.Services.AddSingleton<IIngestGate>(Gate);
        builder.UseOrleans(silo => silo.UseLocalhostClustering(FreePorts.Next(), gatewayPort: 0, serviceId: "otlp", clusterId: "otlp").AddOrleansStream());
        builder.AddGateway();
        builder.Services.Configure<AuthOptions>(auth => auth.Mode = AuthMode.Open);
        _app = builder.Build();
        _app.MapGateway();
        await _app.StartAsync();
        Api = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
        Own = new HttpClient { BaseAddress = Http };
    }

    /// <summary>Waits until what was taken of a service fulfils a condition; fails with what there is.</summary>
    public async Task<IReadOnlyList<ServiceSignals>> SignalsAsync(string service, Func<IReadOnlyList<ServiceSignals>, bool> complete)
    {
        for (long started = Environment.TickCount64; ; await Task.Delay(20, TestContext.Current.CancellationToken))
        {
            var signals = Log.Of(service);
            if (complete(signals)) return signals;
            if (Environment.TickCount64 - started > 30_000)
                Assert.Fail($"Of {service} came only: {string.Join('\n', signals.Select(s => System.Text.Encoding.UTF8.GetString(ServiceSignalsJson.Write(s))))}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        Api?.Dispose();
        Own?.Dispose();
        if (_app is not null) await _app.DisposeAsync();
        _data.Dispose();
    }
}

/// <summary>The real log, which remembers the signals that it took and had not before.</summary>
internal sealed class SignalLog(IEventLog log) : DelegatingLog(log)
{
    public const string Topic = "service-signals";
    private readonly ConcurrentQueue<ServiceSignals> _taken = new();

    /// <summary>What appending signals throws.</summary>
    public Exception? OnAppend { get; set; }

    public IReadOnlyList<ServiceSignals> Of(string service) => [.. _taken.Where(s => s.Service == service)];

    public override async Task<AppendResult[]> AppendAsync(string topic, IReadOnlyList<LogRecord> records, CancellationToken cancellationToken = default)
    {
        if (topic == Topic && OnAppend is { } fault) throw fault;
        var results = await base.AppendAsync(topic, records, cancellationToken);
        for (int i = 0; topic == Topic && i < results.Length; i++)
            if (!results[i].Duplicate) _taken.Enqueue(ServiceSignalsJson.Read(records[i].Value.Span)!);
        return results;
    }
}
