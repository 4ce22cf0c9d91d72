using OrleansStream.Gateway.Tests.Pipeline;

namespace OrleansStream.Web.Tests.Harness;

/// <summary>The product on a log with records that become dead letters.</summary>
public sealed class PoisonedSite : LocalSite
{
    /// <summary>Their ids; the second one's record is text.</summary>
    public IReadOnlyList<string> Letters { get; private set; } = [];

    protected override async Task PrepareAsync(string dataDirectory) => Letters = await PoisonedLog.AppendAsync(dataDirectory, 3);
}
