using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace OrleansStream.ServiceDefaults.Telemetry;

/// <summary>Log lines of whoever writes them, without what names people and cards: Orleans puts the ids of grains into what it says of calls that failed or took long.</summary>
internal static class PersonalLogs
{
    public static void HidePersons(this ILoggingBuilder logging)
    {
        logging.Services.AddSingleton<LoggerFactory>();
        logging.Services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(services => new Factory(services.GetRequiredService<LoggerFactory>())));
    }

    private sealed class Factory(LoggerFactory inner) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => new Logger(inner.CreateLogger(categoryName));

        public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

        public void Dispose() => inner.Dispose();
    }

    private sealed class Logger(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!inner.IsEnabled(logLevel)) return;
            string text = formatter(state, exception), shown = PersonalText.Hide(text);
            string? whole = exception?.ToString(), shownWhole = whole is null ? null : PersonalText.Hide(whole);
            if (shown == text && shownWhole == whole) inner.Log(logLevel, eventId, state, exception, formatter);
            else inner.Log(logLevel, eventId, shown, exception is null ? null : new HiddenException(PersonalText.Hide(exception.Message), shownWhole!), static (line, _) => line);
        }
    }

    /// <summary>An exception as it may be written down.</summary>
    private sealed class HiddenException(string message, string whole) : Exception(message)
    {
        public override string ToString() => whole;
    }
}
