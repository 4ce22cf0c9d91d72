using OrleansStream.Domain.Observability.Services;

namespace OrleansStream.Grains.Services;

/// <summary>What a service takes from elsewhere: the alert rules. The version is stored with each alert's change; the rules are in the book.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.ServiceFacts")]
public sealed record ServiceFacts
{
    /// <summary>Of the rules that were in force; 0 in what was stored without.</summary>
    [Id(0)] public int RulesVersion { get; init; }

    /// <summary>The key; not stored: a timer's rules need to know whose time passes.</summary>
    [field: NonSerialized]
    public string Service { get; init; } = "";

    /// <summary>The rules; not stored.</summary>
    [field: NonSerialized]
    public AlertEvaluator? Rules { get; init; }
}
