using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Conformance.RandomFaults;
using OrleansStream.Streams.Tests.Embedded;

namespace OrleansStream.Streams.Tests.RandomFaults;

/// <summary>On files: the embedded log and the SQLite store.</summary>
public sealed class EmbeddedLogRandomTests : RandomFaultContract
{
    protected override EngineSetup Setup(int silos) => new() { Place = new EmbeddedLogPlace(), Store = new SqlitePlace(), Silos = silos };

    protected override int Seeds => 40;

    protected override int SeedsWithManySilos => 10;
}
