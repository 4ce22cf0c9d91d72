using System.Globalization;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using OrleansStream.Storage.Commits;

namespace OrleansStream.Storage.GrainStates;

/// <summary>
/// Grain states in the rows of Microsoft.Orleans.Persistence.AdoNet, with the same ETags, the same conflicts and the same bytes, but the writes of many grains in
/// one transaction. A write completes after the commit that holds it.
/// </summary>
public sealed class GroupCommitGrainStorage : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>, IAsyncDisposable
{
    private readonly string _name;
    private readonly string _serviceId;
    private readonly GroupCommitGrainStorageOptions _options;
    private readonly IActivatorProvider _activators;
    private readonly StateDatabase _database;
    private readonly GroupCommitWriter _writer;

    public GroupCommitGrainStorage(
        string name, GroupCommitGrainStorageOptions options, string serviceId, IActivatorProvider activators, TimeProvider time, ILogger<GroupCommitGrainStorage> logger)
    {
        (_name, _serviceId, _options, _activators) = (name, serviceId, options, activators);
        _database = StateDatabase.Open(options, serviceId);
        _writer = new GroupCommitWriter(_database.Rows, options.Commit, time, logger);
    }

    /// <summary>Brings the schema up to date when the silo starts, and writes what waits when it stops.</summary>
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe($"{nameof(GroupCommitGrainStorage)}-{_name}", _options.InitStage, StartAsync, _ => DisposeAsync().AsTask());

    /// <summary>Creates or migrates the schema. The silo calls it.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => _database.MigrateAsync(cancellationToken);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => ReadStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var row = await _database.Rows.ReadAsync(RowIdentity.OfState(stateName, grainId), cancellationToken).ConfigureAwait(false);
        T? state = row?.Payload is { } payload ? _options.GrainStorageSerializer.Deserialize<T>(new BinaryData(payload)) : default;
        grainState.State = state is null ? _activators.GetActivator<T>().Create() : state;
        grainState.ETag = row?.Version?.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = row?.Payload is not null;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => WriteStateAsync(stateName, grainId, grainState, CancellationToken.None);

    /// <param name="stateName">The state's name.</param>
    /// <param name="grainId">Whose.</param>
    /// <param name="grainState">The state; its ETag is that of the row afterwards.</param>
    /// <param name="cancellationToken">Ends the wait for room in the queue; what has its place there is written.</param>
    /// <exception cref="InconsistentStateException">The row has another version than the ETag says.</exception>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var payload = _options.GrainStorageSerializer.Serialize(grainState.State).ToMemory();
        grainState.ETag = await ChangeAsync("WriteState", RowChange.Write, stateName, grainId, grainState.ETag, payload, cancellationToken).ConfigureAwait(false);
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => ClearStateAsync(stateName, grainId, grainState, CancellationToken.None);

    /// <summary>Empties the row, or deletes it when the options say so. A state that was never read is read first; one that does not exist stays as it is.</summary>
    /// <exception cref="InconsistentStateException">The row has another version than the ETag says.</exception>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        if (!grainState.RecordExists && string.IsNullOrWhiteSpace(grainState.ETag))
        {
            await ReadStateAsync(stateName, grainId, grainState, cancellationToken).ConfigureAwait(false);
            if (!grainState.RecordExists) return;
        }
        var change = _options.DeleteStateOnClear ? RowChange.Delete : RowChange.Clear;
        string etag = await ChangeAsync("ClearState", change, stateName, grainId, grainState.ETag, default, cancellationToken).ConfigureAwait(false);
        grainState.ETag = change == RowChange.Delete ? null : etag;
        grainState.RecordExists = false;
        grainState.State = _activators.GetActivator<T>().Create();
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync().ConfigureAwait(false);
        await _database.Rows.DisposeAsync().ConfigureAwait(false);
        await _database.CloseAsync().ConfigureAwait(false);
    }

    private async Task<string> ChangeAsync(
        string operation, RowChange change, string stateName, GrainId grain, string? etag, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        int? expected = string.IsNullOrWhiteSpace(etag) ? null : int.Parse(etag, CultureInfo.InvariantCulture);
        var row = RowIdentity.OfState(stateName, grain);
        var outcome = (await _writer.WriteAsync([new RowWrite(row, change, expected, payload, [], [])], cancellationToken).ConfigureAwait(false))[0];
        if (outcome.Fault is { } fault) ExceptionDispatchInfo.Throw(fault);
        return outcome.Version is { } version
            ? version.ToString(CultureInfo.InvariantCulture)
            : throw new InconsistentStateException($"Version conflict ({operation}): ServiceId={_serviceId} ProviderName={_name} GrainType={row.Type} GrainId={grain} ETag={etag}.");
    }
}
