using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Fakes;

/// <summary>The log in memory, which lives as long as its place does.</summary>
public sealed class FakeLogPlace(LogCapabilities capabilities = LogCapabilities.All, bool dropsDuplicates = true) : ILogPlace
{
    public LogCapabilities Capabilities => capabilities;

    public FakeEventLog? Log { get; private set; }

    public ValueTask<IEventLog> OpenAsync(IReadOnlyDictionary<string, int> topics) => new(Log ??= new FakeEventLog(topics, TimeProvider.System) { DropsDuplicates = dropsDuplicates });

    public ValueTask CloseAsync(IEventLog log) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
