using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OrleansStream.Domain.Fraud.Rules;

/// <summary>
/// One rule with its thresholds, as it stands in a rule set: looks at the inputs of a decision and says how much likelier fraud they make it. Log-odds of rules
/// add up; 0.7 doubles the odds, 2.3 makes them tenfold.
/// </summary>
public abstract record FraudRule
{
    /// <summary>A rule that is off says nothing.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Whether the rule declines alone when it speaks, whatever the others say.</summary>
    public bool Hard { get; init; }

    /// <summary>Log-odds when the rule speaks, or what its measure is multiplied by: each rule says which.</summary>
    public double Weight { get; init; }

    /// <summary>Only transactions of these channels; empty for all. A transaction without a channel counts as <c>pos</c>.</summary>
    public ImmutableArray<string> Channels { get; init; } = [];

    /// <summary>Only transactions of these merchant categories; empty for all.</summary>
    public ImmutableArray<string> Categories { get; init; } = [];

    /// <summary>The code of its reason.</summary>
    [JsonIgnore]
    public abstract ReasonCode ReasonCode { get; }

    /// <summary>The features it looks at, for explanations.</summary>
    [JsonIgnore]
    public abstract ImmutableArray<Feature> Inputs { get; }

    /// <summary>What the rule makes of the inputs, whatever its scope.</summary>
    public abstract Finding Evaluate(FraudInputs inputs);

    /// <summary>One line for an analyst, invariant culture; asked for only when the finding becomes a reason.</summary>
    public abstract string Describe(FraudInputs inputs, Finding finding);

    /// <summary>Whether the transaction is within the rule's scope.</summary>
    public bool Covers(FraudInputs inputs) =>
        Enabled
        && (Channels.IsDefaultOrEmpty || Channels.Contains((inputs.Channel ?? Channel.Pos).ToWireName()))
        && (Categories.IsDefaultOrEmpty || (inputs.Category is { } category && Categories.Contains(category, StringComparer.OrdinalIgnoreCase)));

    /// <summary>Adds what is wrong with the thresholds.</summary>
    internal virtual void Check(RulesetCheck check)
    {
        check.Within(nameof(Weight), Weight, -20, 20);
        foreach (var channel in Channels.IsDefault ? [] : Channels)
            check.That(channel is "pos" or "ecommerce" or "atm" or "transfer", nameof(Channels), "must be of pos, ecommerce, atm and transfer.");
        check.That(Categories.IsDefault || Categories.Length <= 100, nameof(Categories), "must be 100 at most.");
    }
}

/// <summary>What a rule found.</summary>
/// <param name="LogOdds">Added to those of the others; 0 says nothing.</param>
/// <param name="Observed">What was measured.</param>
/// <param name="Threshold">What it was measured against, same unit.</param>
/// <param name="Speaks">Whether a hard rule declines.</param>
public readonly record struct Finding(double LogOdds, double Observed, double Threshold, bool Speaks)
{
    /// <summary>Nothing to say.</summary>
    public static Finding None => default;
}
