using OrleansStream.Streams.Log;
using OrleansStream.Streams.Tests.Conformance;

namespace OrleansStream.Streams.Tests.Fakes;

/// <summary>The fake passes what the real logs pass: a test on it says something about them.</summary>
public sealed class FakeEventLogContractTests : RetentionContract
{
    private readonly FakeEventLog _log = new(new Dictionary<string, int> { [Topic] = Partitions, ["other"] = 2 }, TimeProvider.System);

    protected override ValueTask<IEventLog> OpenAsync() => new(_log);

    protected override ValueTask CloseAsync(IEventLog log) => ValueTask.CompletedTask;
}
