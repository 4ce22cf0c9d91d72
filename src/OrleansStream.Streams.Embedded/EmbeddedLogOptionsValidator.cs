using Microsoft.Extensions.Options;
using OrleansStream.Streams.Embedded.Retention;

namespace OrleansStream.Streams.Embedded;

/// <summary>What attributes cannot say, all errors at once, each with its fix.</summary>
internal sealed class EmbeddedLogOptionsValidator : IValidateOptions<EmbeddedLogOptions>
{
    private static readonly TimeSpan ShortestRetention = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, EmbeddedLogOptions options)
    {
        var errors = new List<string>();
        foreach (var (topic, partitions) in options.Topics) errors.AddRange(EmbeddedTopics.Errors(topic, partitions));
        Check(options.Retention, nameof(options.Retention), errors);
        foreach (var (topic, retention) in options.TopicRetention) Check(retention, $"{nameof(options.TopicRetention)}:{topic}", errors);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void Check(RetentionOptions retention, string setting, List<string> errors)
    {
        if (retention.Time < ShortestRetention) errors.Add($"{EmbeddedLogOptions.Section}:{setting}:Time is {retention.Time}: give at least {ShortestRetention}, or null to keep records forever.");
        if (retention.Bytes < 0) errors.Add($"{EmbeddedLogOptions.Section}:{setting}:Bytes is {retention.Bytes}: give 0 or more, or null for no bound.");
    }
}
