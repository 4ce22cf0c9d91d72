using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Conformance.RandomFaults;
using OrleansStream.Streams.Tests.Fakes;

namespace OrleansStream.Streams.Tests.RandomFaults;

public sealed class FakeLogRandomTests : RandomFaultContract
{
    protected override EngineSetup Setup(int silos) => new() { Place = new FakeLogPlace(), Silos = silos };

    protected override int Seeds => 140;

    protected override int SeedsWithManySilos => 20;
}
