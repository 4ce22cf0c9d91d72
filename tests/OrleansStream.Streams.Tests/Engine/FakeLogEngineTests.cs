using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Tests.Fakes;

namespace OrleansStream.Streams.Tests.Engine;

public sealed class FakeLogDurabilityTests : DurabilityContract
{
    protected override ILogPlace CreatePlace() => new FakeLogPlace();
}

public sealed class FakeLogOutageTests : OutageContract
{
    protected override ILogPlace CreatePlace() => new FakeLogPlace();
}

public sealed class FakeLogSinglePartitionTests : SinglePartitionContract
{
    protected override ILogPlace CreatePlace() => new FakeLogPlace();
}

public sealed class FakeLogOwnershipTests : OwnershipContract
{
    protected override ILogPlace CreatePlace() => new FakeLogPlace();
}
