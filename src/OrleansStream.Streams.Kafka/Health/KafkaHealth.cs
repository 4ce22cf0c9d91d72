using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace OrleansStream.Streams.Kafka.Health;

/// <summary>
/// What is known of the brokers: whether they answer, and if not, why. The log asks them all the time, so that it is red soon after they are gone, and green soon after
/// they are back, whether or not somebody has something to append.
/// </summary>
internal sealed class KafkaHealth(ILogger logger)
{
    private readonly Lock _gate = new();
    private string? _cause;
    private int _weight;
    private string? _problem = "The log is not open yet.";
    private string? _refusal;

    public KafkaStatistics Statistics { get; } = new();

    /// <summary>Null while all is well.</summary>
    public string? Problem
    {
        get { lock (_gate) return _refusal ?? _problem; }
    }

    /// <summary>What librdkafka says about connections: the reason behind requests that are not answered.</summary>
    public void Report(Error error)
    {
        // Why they cannot be reached says more than that they cannot, and that a connection ended more than that none is left.
        int weight = error.Code switch { ErrorCode.Local_AllBrokersDown => 0, ErrorCode.Local_Transport => 1, _ => 2 };
        lock (_gate)
        {
            if (_cause is null || weight >= _weight) (_cause, _weight) = (Describe(error), weight);
        }
    }

    /// <summary>The brokers answered.</summary>
    public void Succeeded()
    {
        lock (_gate)
        {
            if (_problem is not null) logger.LogInformation("Kafka answers.");
            (_problem, _cause) = (null, null);
        }
    }

    /// <summary>They did not.</summary>
    public void Failed(string what)
    {
        lock (_gate)
        {
            string problem = _cause is null || what.Contains(_cause, StringComparison.Ordinal) ? what : $"{what} {_cause}";
            if (_problem is null) logger.LogError("{Problem}", problem);
            _problem = problem;
        }
    }

    /// <summary>Something that no waiting heals; the operator has to act.</summary>
    public void Refuse(string why)
    {
        lock (_gate)
        {
            if (_refusal is null) logger.LogError("{Problem}", why);
            _refusal = why;
        }
    }

    /// <summary>For a caller whose request was not answered: what is known of the reason.</summary>
    public string Reason(string otherwise)
    {
        lock (_gate) return _refusal ?? _cause ?? otherwise;
    }

    public static string Describe(Error error) => error.Code switch
    {
        ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed => $"Kafka refuses the credentials ({error.Reason}): check sasl.* and security.protocol in {KafkaLogOptions.Section}:Settings.",
        ErrorCode.Local_Ssl => $"The TLS connection to Kafka failed ({error.Reason}): check ssl.* in {KafkaLogOptions.Section}:Settings.",
        ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed => $"Kafka does not permit it ({error.Reason}): give the user the rights.",
        ErrorCode.Local_Resolve => $"The name of a Kafka broker cannot be resolved ({error.Reason}).",
        _ => $"Kafka: {error.Reason}",
    };
}
