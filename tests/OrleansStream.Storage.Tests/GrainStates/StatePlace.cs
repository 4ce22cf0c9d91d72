using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using OrleansStream.Storage.GrainStates;
using OrleansStream.Storage.Stock;
using OrleansStream.Storage.Tests.Postgres;
using OrleansStream.Testing;

namespace OrleansStream.Storage.Tests.GrainStates;

public enum Database
{
    Sqlite,
    Postgres,
}

/// <summary>A state as a grain would have it.</summary>
public sealed class Note
{
    public string Text { get; set; } = "";

    public string Padding { get; set; } = "";
}

/// <summary>A database of a test's own, and both providers on it.</summary>
public sealed class StatePlace : IAsyncDisposable
{
    public const string ServiceId = "service";
    private static readonly IServiceProvider Services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    private readonly ScratchDirectory? _folder;
    private readonly List<IAsyncDisposable> _opened = [];

    private StatePlace(string invariant, string connectionString, ScratchDirectory? folder) => (Invariant, ConnectionString, _folder) = (invariant, connectionString, folder);

    public string Invariant { get; }

    public string ConnectionString { get; }

    public static IActivatorProvider Activators => Services.GetRequiredService<IActivatorProvider>();

    public static async Task<StatePlace> CreateAsync(Database database)
    {
        if (database == Database.Postgres) return new StatePlace("Npgsql", await PostgresPlace.CreateDatabaseAsync(), folder: null);
        var folder = new ScratchDirectory();
        return OnFile(Path.Combine(folder.Path, "state.db"), folder);
    }

    public static StatePlace OnFile(string file, ScratchDirectory? folder = null) => new("System.Data.SQLite", $"Data Source={file};Pooling=False", folder);

    public static StatePlace OnPostgres(string connectionString) => new("Npgsql", connectionString, folder: null);

    public async Task<GroupCommitGrainStorage> OpenGroupCommitAsync(Action<GroupCommitGrainStorageOptions>? configure = null)
    {
        var options = new GroupCommitGrainStorageOptions { Invariant = Invariant, ConnectionString = ConnectionString, GrainStorageSerializer = new Json() };
        configure?.Invoke(options);
        var storage = new GroupCommitGrainStorage("ours", options, ServiceId, Activators, TimeProvider.System, NullLogger<GroupCommitGrainStorage>.Instance);
        _opened.Add(storage);
        await storage.StartAsync(CancellationToken.None);
        return storage;
    }

    /// <summary>Orleans' provider; its schema must be there.</summary>
    public Task<IGrainStorage> OpenStockAsync(bool deleteOnClear = false)
    {
        var options = new AdoNetGrainStorageOptions
        {
            Invariant = Invariant, ConnectionString = ConnectionString, DeleteStateOnClear = deleteOnClear, GrainStorageSerializer = new Json(),
            HashPicker = new StorageHasherPicker([new OrleansDefaultHasher()]),
        };
        return StockProvider.StartAsync(options, ServiceId, Activators, NullLogger<AdoNetGrainStorage>.Instance, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var storage in _opened) await storage.DisposeAsync();
        _folder?.Dispose();
    }

    private sealed class Json : IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input));

        public T Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input)!;
    }
}
