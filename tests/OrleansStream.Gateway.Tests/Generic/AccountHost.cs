using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Hosting;
using OrleansStream.Gateway.Tests.Harness;
using OrleansStream.Silo;
using OrleansStream.Storage.Sqlite;
using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Pressure;
using OrleansStream.Streams.Processing;
using OrleansStream.Testing;

namespace OrleansStream.Gateway.Tests.Generic;

/// <summary>The product in this process with a second processor, a gate that a test closes and a log that a test breaks.</summary>
public sealed class AccountHost : IAsyncLifetime
{
    private readonly ScratchDirectory _data = new();
    private WebApplication? _app;

    public HttpClient Http { get; private set; } = null!;

    public Api Api { get; private set; } = null!;

    public FakeGate Gate { get; } = new();

    public IServiceProvider Services => _app!.Services;

    internal FaultyLog Log => (FaultyLog)Services.GetRequiredService<IEventLog>();

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddEmbeddedLog(log =>
        {
            log.Directory = Path.Combine(_data.Path, "log");
            log.DefaultPartitions = 2;
        });
        builder.Services.AddSingleton<IEventLog>(sp => new FaultyLog(sp.GetRequiredService<EmbeddedLog>()));
        builder.Services.AddSqliteStorage(sqlite => sqlite.File = Path.Combine(_data.Path, "state.db"));
        builder.Services.AddStreamProcessor<AccountProcessor>();
        builder.Services.AddSingleton<IIngestGate>(Gate);
        builder.UseOrleans(silo => silo.UseLocalhostClustering(FreePorts.Next(), gatewayPort: 0, serviceId: "accounts", clusterId: "accounts").AddOrleansStream());
        builder.AddGateway();
        builder.Services.Configure<AuthOptions>(auth => auth.Mode = AuthMode.Open);
        _app = builder.Build();
        _app.MapGateway();
        await _app.StartAsync();
        var url = new Uri(_app.Urls.Single());
        Http = new HttpClient { BaseAddress = url };
        Api = new Api(url, "/v1/movements");
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        Api?.Dispose();
        if (_app is not null) await _app.DisposeAsync();
        _data.Dispose();
    }
}

/// <summary>Refuses the topics that a test names.</summary>
public sealed class FakeGate : IIngestGate
{
    public Dictionary<string, IngestPressure> Closed { get; } = [];

    public IngestPressure? Check(string topic) => Closed.GetValueOrDefault(topic);
}

/// <summary>The real log, until a test says what appending throws.</summary>
internal sealed class FaultyLog(IEventLog log) : DelegatingLog(log)
{
    public Exception? OnAppend { get; set; }

    /// <summary>The records of the last append to movements.</summary>
    public IReadOnlyList<LogRecord> Last { get; private set; } = [];

    public override Task<AppendResult[]> AppendAsync(string topic, IReadOnlyList<LogRecord> records, CancellationToken cancellationToken = default)
    {
        if (topic != "movements") return base.AppendAsync(topic, records, cancellationToken);
        Last = records;
        return OnAppend is { } fault ? Task.FromException<AppendResult[]>(fault) : base.AppendAsync(topic, records, cancellationToken);
    }
}
