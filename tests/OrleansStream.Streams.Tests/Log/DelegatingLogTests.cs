using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Log;

public sealed class DelegatingLogTests
{
    /// <summary>A member with a default of the interface's own would be answered by that, and not by the log behind.</summary>
    [Fact]
    public void PassesEveryMemberOn() =>
        Assert.All(typeof(DelegatingLog).GetInterfaceMap(typeof(IEventLog)).TargetMethods, m => Assert.True(m.DeclaringType == typeof(DelegatingLog) && m is { IsVirtual: true, IsFinal: false }, m.Name));
}
