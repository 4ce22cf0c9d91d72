using System.Buffers.Binary;
using System.Text;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Partitions;

/// <summary>
/// Numbers the owners of a partition, in a row of the store whose version decides between two that come at once: whoever has the highest number is the owner,
/// and keys refuse records of an earlier one.
/// </summary>
internal sealed class OwnerRegister(ICheckpointStore store, ILocalSiloDetails silo)
{
    private static readonly GrainType RowType = GrainType.Create("partition-owner");

    /// <summary>Registers this silo as the partition's next owner.</summary>
    public async Task<long> NextAsync(TopicPartition partition, CancellationToken cancellationToken)
    {
        var row = GrainId.Create(RowType, partition.ToString());
        while (true)
        {
            var stored = await store.ReadAsync(row, cancellationToken);
            long owner = (stored is null ? 0 : BinaryPrimitives.ReadInt64LittleEndian(stored.Payload)) + 1;
            byte[] name = Encoding.UTF8.GetBytes(silo.SiloAddress.ToParsableString());
            var payload = new byte[8 + name.Length];
            BinaryPrimitives.WriteInt64LittleEndian(payload, owner);
            name.CopyTo(payload, 8);
            var written = await store.WriteAsync([new CheckpointWrite(row, stored?.Version ?? 0, payload)], cancellationToken);
            if (written[0].IsWritten) return owner;
        }
    }
}
