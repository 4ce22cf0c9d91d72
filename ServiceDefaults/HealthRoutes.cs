namespace OrleansStream.ServiceDefaults;

/// <summary>Where an orchestrator asks how a process is.</summary>
public static class HealthRoutes
{
    /// <summary>What both begin with.</summary>
    public const string Prefix = "/health";

    /// <summary>200 as long as the process runs.</summary>
    public const string Live = "/health/live";

    /// <summary>200 while it takes work, also when it does so with limits (<c>Degraded</c>); 503 while it starts, stops, or cannot.</summary>
    public const string Ready = "/health/ready";
}
