using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Tests.Embedded;
using OrleansStream.Streams.Tests.Fakes;

namespace OrleansStream.Streams.Tests.KeyStreams;

/// <summary>For tests that need no other log.</summary>
public abstract class KeyStreamOnFakeLog : KeyStreamHarness
{
    protected override ValueTask<IEventLog> OpenAsync(IReadOnlyDictionary<string, int> topics) => new(new FakeEventLog(topics, TimeProvider.System));

    protected override ValueTask CloseAsync(IEventLog log) => ValueTask.CompletedTask;
}

public sealed class FakeLogKeyStreamTests : KeyStreamContract
{
    protected override ValueTask<IEventLog> OpenAsync(IReadOnlyDictionary<string, int> topics) => new(new FakeEventLog(topics, TimeProvider.System));

    protected override ValueTask CloseAsync(IEventLog log) => ValueTask.CompletedTask;
}

public sealed class EmbeddedLogKeyStreamTests : KeyStreamContract
{
    private readonly EmbeddedLogFolder _folder = new();

    protected override ValueTask<IEventLog> OpenAsync(IReadOnlyDictionary<string, int> topics) => new(_folder.Open(configure: options =>
    {
        foreach (var (topic, partitions) in topics) options.Topics.Add(topic, partitions);
    }));

    protected override async ValueTask CloseAsync(IEventLog log)
    {
        await ((EmbeddedLog)log).DisposeAsync();
        _folder.Dispose();
    }
}
