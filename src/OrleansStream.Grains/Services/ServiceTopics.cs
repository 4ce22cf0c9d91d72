namespace OrleansStream.Grains.Services;

/// <summary>Topics and headers of services.</summary>
public static class ServiceTopics
{
    /// <summary>What is said of services, key = <c>service.name</c>.</summary>
    public const string Signals = "service-signals";

    /// <summary>Changes of alerts, key = service.</summary>
    public const string Alerts = "alerts";

    /// <summary>Minutes that closed, key = service.</summary>
    public const string Minutes = "service-minutes";

    /// <summary>Header of an alert's change: <c>pending|firing|resolved</c>.</summary>
    public const string StatusHeader = "alert-status";
    internal const string Service = "service";
}
