using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.KeyStreams;

/// <summary>Everything that cannot work, at once and with the way out, before the silo or client starts.</summary>
internal sealed class LogStreamOptionsValidator(string provider, bool delivers, IServiceProvider services) : IValidateOptions<LogStreamOptions>
{
    public ValidateOptionsResult Validate(string? name, LogStreamOptions options)
    {
        if (name != provider) return ValidateOptionsResult.Skip;
        var errors = Annotations(options).Concat(Topics(options)).Concat(Durations(options)).Select(e => $"Log streams '{provider}': {e}").ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Annotations(LogStreamOptions options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return results.Select(r => r.ErrorMessage!);
    }

    private IEnumerable<string> Topics(LogStreamOptions options)
    {
        if (options.Topics.Count == 0) yield return $"{nameof(options.Topics)} is empty; name the topics to deliver.";
        foreach (var twice in options.Topics.GroupBy(t => t).Where(g => g.Count() > 1)) yield return $"topic '{twice.Key}' is named {twice.Count()} times.";
        if (services.GetService<IEventLog>() is not { } log)
        {
            yield return $"no {nameof(IEventLog)} is registered; add one, for example the embedded log.";
            yield break;
        }
        string known = string.Join(", ", log.Topics.Keys.Order(StringComparer.Ordinal));
        foreach (string topic in options.Topics.Distinct().Where(t => !log.Topics.ContainsKey(t)))
            yield return $"topic '{topic}' is not in the log; create it or correct the name (there are: {known}).";
        if (delivers && !log.Topics.ContainsKey(DeadLetter.TopicName))
            yield return $"topic '{DeadLetter.TopicName}' is not in the log; create it: records that no subscriber can take go there.";
    }

    private static IEnumerable<string> Durations(LogStreamOptions options)
    {
        var durations = new (string Name, TimeSpan Value)[]
        {
            (nameof(options.MaxEventDeliveryTime), options.MaxEventDeliveryTime), (nameof(options.RetryDelay), options.RetryDelay),
            (nameof(options.MaxRetryDelay), options.MaxRetryDelay), (nameof(options.StreamInactivityPeriod), options.StreamInactivityPeriod),
            (nameof(options.Tick), options.Tick), (nameof(options.LongPoll), options.LongPoll), (nameof(options.CommitInterval), options.CommitInterval),
            (nameof(options.DeadLetterTimeout), options.DeadLetterTimeout),
        };
        return durations.Where(d => d.Value <= TimeSpan.Zero).Select(d => $"{d.Name} is {d.Value}; it must be more than zero.");
    }
}
