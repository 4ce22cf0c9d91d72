using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Serialization;
using OrleansStream.Storage;
using OrleansStream.Storage.Sqlite;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.RandomFaults;

/// <summary>The SQLite store in a folder that goes with it.</summary>
internal sealed class SqlitePlace : ICheckpointStore, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orleansstream-rows-").FullName;
    private readonly IHost _host;
    private readonly ICheckpointStore _store;

    /// <param name="provider">Of <see cref="StorageOptions.Provider"/>.</param>
    public SqlitePlace(string provider = StorageOptions.GroupCommit)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration[$"{StorageOptions.Section}:Provider"] = provider;
        builder.Services.AddSerializer();
        builder.Services.AddSqliteStorage(o => o.File = File);
        _host = builder.Build();
        Task.Run(() => _host.StartAsync()).GetAwaiter().GetResult();
        _store = _host.Services.GetRequiredService<ICheckpointStore>();
    }

    public string File => Path.Combine(_folder, "state.db");

    public bool KeepsHistory => _store.KeepsHistory;

    public ValueTask<StoredRow?> ReadAsync(GrainId grain, CancellationToken cancellationToken = default) => _store.ReadAsync(grain, cancellationToken);

    public Task<CheckpointOutcome[]> WriteAsync(IReadOnlyList<CheckpointWrite> writes, CancellationToken cancellationToken = default) => _store.WriteAsync(writes, cancellationToken);

    public ValueTask<IReadOnlyList<HistoryChunk>> ReadHistoryAsync(GrainId grain, long beforeOffset, int maxChunks, CancellationToken cancellationToken = default) =>
        _store.ReadHistoryAsync(grain, beforeOffset, maxChunks, cancellationToken);

    public ValueTask<IReadOnlyList<HistoryChunk>> FindHistoryAsync(GrainId grain, ulong idHash, CancellationToken cancellationToken = default) =>
        _store.FindHistoryAsync(grain, idHash, cancellationToken);

    public ValueTask<IReadOnlyList<DueTimer>> ReadDueTimersAsync(
        TopicPartition partition, DateTimeOffset until, int limit, CancellationToken cancellationToken = default) =>
        _store.ReadDueTimersAsync(partition, until, limit, cancellationToken);

    public void Dispose()
    {
        _host.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
