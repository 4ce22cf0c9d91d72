namespace OrleansStream.Gateway.Otlp;

internal static class ServiceTopics
{
    public const string Signals = "service-signals";
}
