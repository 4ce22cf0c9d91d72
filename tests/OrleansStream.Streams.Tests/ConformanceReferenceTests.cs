using OrleansStream.Streams.Conformance.Engine;

namespace OrleansStream.Streams.Tests;

public sealed class ConformanceReferenceTests
{
    /// <summary>The suite knows the engine and no log: whoever writes a log can take it as it is.</summary>
    [Fact]
    public void OnlyTheEngineIsReferenced_WhenTheSuiteIsRead() => Assert.Equal(
        ["OrleansStream.Streams"],
        typeof(EngineUnderTest).Assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(name => name.StartsWith("OrleansStream", StringComparison.Ordinal)));
}
