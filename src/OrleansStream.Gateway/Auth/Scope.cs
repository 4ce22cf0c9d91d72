namespace OrleansStream.Gateway.Auth;

/// <summary>What a key may do. None contains another: a key that shall hand in and ask has both.</summary>
public static class Scope
{
    /// <summary>Hand in events.</summary>
    public const string Ingest = "ingest";

    /// <summary>Ask for states, outputs and live streams.</summary>
    public const string Read = "read";

    /// <summary>Change how the system works: rules, jobs, dead letters, keys.</summary>
    public const string Operate = "operate";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Ingest, Read, Operate];

    internal const string ClaimType = "scope";
}
