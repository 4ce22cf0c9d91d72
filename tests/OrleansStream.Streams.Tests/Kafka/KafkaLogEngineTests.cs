using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Conformance.RandomFaults;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Tests.KeyStreams;
using OrleansStream.Streams.Tests.RandomFaults;

namespace OrleansStream.Streams.Tests.Kafka;

public sealed class KafkaLogDurabilityTests : DurabilityContract
{
    protected override ILogPlace CreatePlace() => new KafkaPlace();

    protected override ICheckpointStore CreateStore() => new SqlitePlace();
}

public sealed class KafkaLogOutageTests : OutageContract
{
    protected override ILogPlace CreatePlace() => new KafkaPlace();
}

public sealed class KafkaLogSinglePartitionTests : SinglePartitionContract
{
    protected override ILogPlace CreatePlace() => new KafkaPlace();
}

public sealed class KafkaLogOwnershipTests : OwnershipContract
{
    protected override ILogPlace CreatePlace() => new KafkaPlace(3);

    protected override ICheckpointStore CreateStore() => new SqlitePlace();
}

public sealed class KafkaLogRandomTests : RandomFaultContract
{
    protected override EngineSetup Setup(int silos) => new() { Place = new KafkaPlace(), Silos = silos };

    protected override int Seeds => 20;

    protected override int SeedsWithManySilos => 5;
}

public sealed class KafkaLogKeyStreamTests : KeyStreamContract
{
    private readonly KafkaPlace _place = new();

    protected override ValueTask<IEventLog> OpenAsync(IReadOnlyDictionary<string, int> topics) => _place.OpenAsync(topics);

    protected override async ValueTask CloseAsync(IEventLog log)
    {
        await _place.CloseAsync(log);
        await _place.DisposeAsync();
    }
}
