using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Conformance.RandomFaults;
using OrleansStream.Streams.Tests.Fakes;

namespace OrleansStream.Streams.Tests.RandomFaults;

/// <summary>A log that takes ids twice, as Kafka does: the partitions' owners drop what came before.</summary>
public sealed class RepeatingLogRandomTests : RandomFaultContract
{
    protected override EngineSetup Setup(int silos) => new() { Place = new FakeLogPlace(LogCapabilities.All & ~LogCapabilities.DeduplicatesBeforeAppend, dropsDuplicates: false), Silos = silos };

    protected override int Seeds => 60;

    protected override int SeedsWithManySilos => 10;
}
