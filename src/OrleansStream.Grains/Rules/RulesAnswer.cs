using System.Collections.Immutable;
using OrleansStream.Domain.Json;

namespace OrleansStream.Grains.Rules;

/// <summary>What became of rules that were handed in.</summary>
/// <param name="Version">What is in force; null when nothing changed.</param>
/// <param name="Errors">What is wrong with the document.</param>
/// <param name="Conflict">Another version is in force than was expected.</param>
public sealed record RulesAnswer<TVersion>(TVersion? Version, ImmutableArray<FieldError> Errors, bool Conflict)
    where TVersion : class;
