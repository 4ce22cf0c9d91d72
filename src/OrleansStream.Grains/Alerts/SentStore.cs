using System.Collections.Immutable;
using System.Text.Json;
using OrleansStream.Domain.Alerting;
using OrleansStream.Streams.Checkpoints;

namespace OrleansStream.Grains.Alerts;

/// <summary>What a receiver was told: a row of the checkpoint store.</summary>
internal sealed class SentStore(ICheckpointStore store)
{
    private static readonly GrainType RowType = GrainType.Create("alert-receiver");

    public async Task<(SentGroups Sent, int Version)> ReadAsync(string receiver, CancellationToken cancellationToken) =>
        await store.ReadAsync(GrainId.Create(RowType, receiver), cancellationToken) is { } row
            ? (JsonSerializer.Deserialize(row.Payload, AlertingJson.Default.SentGroups)!, row.Version)
            : (new SentGroups(ImmutableDictionary<string, SentGroup>.Empty), 0);

    /// <returns>False when another activation has written: this one is over.</returns>
    public async Task<bool> WriteAsync(string receiver, SentGroups sent, int version, CancellationToken cancellationToken)
    {
        byte[] payload = JsonSerializer.SerializeToUtf8Bytes(sent, AlertingJson.Default.SentGroups);
        return (await store.WriteAsync([new CheckpointWrite(GrainId.Create(RowType, receiver), version, payload)], cancellationToken))[0].IsWritten;
    }
}

/// <param name="Groups">By group key.</param>
internal sealed record SentGroups(ImmutableDictionary<string, SentGroup> Groups);
