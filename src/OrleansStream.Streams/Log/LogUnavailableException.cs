namespace OrleansStream.Streams.Log;

/// <summary>The log cannot serve now; the message says why and what to do.</summary>
public class LogUnavailableException : Exception
{
    public LogUnavailableException(string message, Exception? inner = null) : base(message, inner) { }
    public LogUnavailableException() { }
    public LogUnavailableException(string message) : base(message) { }

    /// <summary>Stable, for programs.</summary>
    public virtual string Code => "log-unavailable";
}

/// <summary>There is no space for records. Reading goes on, and appending when there is space again.</summary>
public sealed class LogFullException : LogUnavailableException
{
    public LogFullException(string message, Exception? inner = null) : base(message, inner) { }
    public LogFullException() { }
    public LogFullException(string message) : base(message) { }

    public override string Code => "log-full";
}

/// <summary>More waits to be written or applied than the log is allowed to hold: back-pressure.</summary>
public sealed class LogOverloadedException : LogUnavailableException
{
    public LogOverloadedException(string message, Exception? inner = null) : base(message, inner) { }
    public LogOverloadedException() { }
    public LogOverloadedException(string message) : base(message) { }

    public override string Code => "log-overloaded";
}
