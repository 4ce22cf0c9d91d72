using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Tests.RandomFaults;

namespace OrleansStream.Streams.Tests.Embedded;

public sealed class EmbeddedLogDurabilityTests : DurabilityContract
{
    protected override ILogPlace CreatePlace() => new EmbeddedLogPlace();

    protected override ICheckpointStore CreateStore() => new SqlitePlace();
}

public sealed class EmbeddedLogOutageTests : OutageContract
{
    protected override ILogPlace CreatePlace() => new EmbeddedLogPlace();
}

public sealed class EmbeddedLogSinglePartitionTests : SinglePartitionContract
{
    protected override ILogPlace CreatePlace() => new EmbeddedLogPlace();
}

public sealed class EmbeddedLogOwnershipTests : OwnershipContract
{
    protected override ILogPlace CreatePlace() => new EmbeddedLogPlace();

    protected override ICheckpointStore CreateStore() => new SqlitePlace();
}
