using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansStream.Domain.Fraud.Expressions;

namespace OrleansStream.Domain.Fraud.Rules;

/// <summary>A rule of the operator's own: a condition over the inputs, with a code and a text of its own. The weight when the condition holds.</summary>
public sealed record CustomRule : FraudRule
{
    private ReadCondition? _condition;

    /// <summary>The code of its reason, as <c>HIGH_RISK_MCC</c>.</summary>
    public string Code { get; init; } = "";

    /// <summary>The condition (<see cref="Condition"/>).</summary>
    public string When { get; init; } = "";

    /// <summary>What an analyst reads; the condition itself when there is none.</summary>
    public string? Detail { get; init; }

    [JsonIgnore]
    public override ReasonCode ReasonCode => ReasonCode.Custom;

    [JsonIgnore]
    public override ImmutableArray<Feature> Inputs => [];

    /// <exception cref="ConditionException">The condition cannot be read: the rule was not checked.</exception>
    public override Finding Evaluate(FraudInputs inputs) =>
        Read().Truth(inputs) ? new Finding(Weight, 1, 0, true) : Finding.None;

    public override string Describe(FraudInputs inputs, Finding finding) => Detail ?? When;

    // A condition that was read already makes no difference.
    public bool Equals(CustomRule? other) => base.Equals(other) && Code == other.Code && When == other.When && Detail == other.Detail;

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Code, When, Detail);

    internal override void Check(RulesetCheck check)
    {
        base.Check(check);
        check.That(IsCode(Code), nameof(Code), "must be 1 to 64 of A-Z, 0-9 and _, beginning with a letter.");
        check.That(Detail is null or { Length: <= 500 }, nameof(Detail), "must be at most 500 characters.");
        try
        {
            Read();
        }
        catch (ConditionException e)
        {
            check.That(false, nameof(When), $"cannot be read: {e.Message}");
        }
    }

    private Expression Read()
    {
        if (_condition is not { } condition || condition.When != When)
            _condition = condition = new ReadCondition(When, Condition.Parse(When));
        return condition.Expression;
    }

    private static bool IsCode(string text) =>
        text.Length is > 0 and <= 64 && char.IsAsciiLetterUpper(text[0]) && text.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_');

    // One object, so that two threads that read it at once do no harm.
    private sealed record ReadCondition(string When, Expression Expression);
}
