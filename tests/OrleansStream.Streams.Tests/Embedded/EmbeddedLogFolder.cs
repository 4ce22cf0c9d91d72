using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Embedded;

/// <summary>A folder that goes with the test, and logs opened on it.</summary>
internal sealed class EmbeddedLogFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("orleansstream-log-").FullName;

    public EmbeddedLog Open(TimeProvider? time = null, Action<EmbeddedLogOptions>? configure = null) => Open(Path, time, configure);

    public static EmbeddedLog Open(
        string path, TimeProvider? time = null, Action<EmbeddedLogOptions>? configure = null, ILogger<EmbeddedLog>? logger = null, params TopicDeclaration[] declarations)
    {
        var options = new EmbeddedLogOptions { Directory = path };
        options.Topics.Add("events", 4);
        options.Topics.Add("other", 2);
        configure?.Invoke(options);
        var log = new EmbeddedLog(Options.Create(options), time ?? TimeProvider.System, logger ?? NullLogger<EmbeddedLog>.Instance, declarations);
        log.Open();
        return log;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
