using OrleansStream.Streams.Log;
using OrleansStream.Streams.Tests.Fakes;

namespace OrleansStream.Streams.Tests.KeyStreams;

public sealed class FakeLogKeyStreamTests : KeyStreamContract
{
    protected override ValueTask<IEventLog> OpenAsync(IReadOnlyDictionary<string, int> topics) => new(new FakeEventLog(topics, TimeProvider.System));

    protected override ValueTask CloseAsync(IEventLog log) => ValueTask.CompletedTask;
}
