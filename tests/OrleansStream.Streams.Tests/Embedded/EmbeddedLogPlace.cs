using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Embedded;

/// <summary>The embedded log in a folder that goes with the test.</summary>
internal sealed class EmbeddedLogPlace(Action<EmbeddedLogOptions>? configure = null) : ILogPlace
{
    private readonly EmbeddedLogFolder _folder = new();

    public LogCapabilities Capabilities => LogCapabilities.All;

    public ValueTask<IEventLog> OpenAsync(IReadOnlyDictionary<string, int> topics) => new(_folder.Open(configure: options =>
    {
        options.Topics.Clear();
        foreach (var (topic, partitions) in topics) options.Topics.Add(topic, partitions);
        configure?.Invoke(options);
    }));

    public ValueTask CloseAsync(IEventLog log) => ((EmbeddedLog)log).DisposeAsync();

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
