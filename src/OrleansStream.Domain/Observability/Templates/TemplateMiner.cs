using System.Collections.Immutable;

namespace OrleansStream.Domain.Observability.Templates;

/// <summary>Placeholder.</summary>
public static class TemplateMiner
{
    public static ImmutableArray<string> None => [];
}
