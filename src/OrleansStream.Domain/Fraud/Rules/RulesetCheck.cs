using System.Collections.Immutable;
using System.Globalization;
using OrleansStream.Domain.Json;

namespace OrleansStream.Domain.Fraud.Rules;

/// <summary>Gathers everything that is wrong with a rule set.</summary>
internal sealed class RulesetCheck
{
    private const int MaxCustomRules = 50;
    private readonly List<FieldError> _errors = [];
    private string _path = "";

    /// <summary>Empty when the rule set can be used.</summary>
    public static ImmutableArray<FieldError> Of(FraudRuleset ruleset)
    {
        var check = new RulesetCheck();
        check.CheckWhole(ruleset);
        foreach (var rule in ruleset.Rules.All)
        {
            check._path = $"rules.{rule.ReasonCode.ToCode()}.";
            rule.Check(check);
        }

        for (var i = 0; i < ruleset.Custom.Length; i++)
        {
            check._path = string.Create(CultureInfo.InvariantCulture, $"custom[{i}].");
            ruleset.Custom[i].Check(check);
        }

        return [.. check._errors];
    }

    public void Within(string name, double value, double least, double most) => That(
        value >= least && value <= most, name, string.Create(CultureInfo.InvariantCulture, $"must be a number from {least} to {most}."));

    public void That(bool holds, string name, string detail)
    {
        if (holds)
            return;
        var field = _path + char.ToLowerInvariant(name[0]) + name[1..];
        _errors.Add(new FieldError("invalid-rule", field, $"{field} {detail}"));
    }

    private void CheckWhole(FraudRuleset ruleset)
    {
        That(ruleset.Id.Length is > 0 and <= 64, nameof(ruleset.Id), "must be 1 to 64 characters.");
        Within(nameof(ruleset.ReasonLogOdds), ruleset.ReasonLogOdds, 0, 20);
        That(ruleset.Custom.Length <= MaxCustomRules, nameof(ruleset.Custom), $"must be {MaxCustomRules} rules at most.");
        That(ruleset.Custom.DistinctBy(rule => rule.Code).Count() == ruleset.Custom.Length, nameof(ruleset.Custom), "must have codes that differ.");
        _path = "thresholds.";
        Within("review", ruleset.Thresholds.Review, 0, 100);
        Within("decline", ruleset.Thresholds.Decline, ruleset.Thresholds.Review, 101);
        Within("declineMinHistory", ruleset.Thresholds.DeclineMinHistory, 0, 1e9);
        _path = "prior.";
        Within("logOdds", ruleset.Prior.LogOdds, -30, 30);
        Within("newCard", ruleset.Prior.NewCard, -30, 30);
        _path = "currencies.";
        That(ruleset.Currencies.Base.Length is > 0 and <= 16, "base", "must be 1 to 16 characters.");
        That(ruleset.Currencies.Rates.Count <= 500, "rates", "must be 500 at most.");
        That(ruleset.Currencies.Rates.Values.All(rate => rate is > 0 and <= 1_000_000), "rates", "must be above 0, at most 1,000,000.");
        _path = "";
    }
}
