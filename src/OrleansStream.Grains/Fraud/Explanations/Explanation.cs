using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Domain.Fraud;
using OrleansStream.Domain.Fraud.Rules;
using OrleansStream.Grains.Cards;

namespace OrleansStream.Grains.Fraud.Explanations;

/// <summary>Why a decision was made.</summary>
public sealed record Explanation
{
    /// <summary>As it was made.</summary>
    public required DecisionView Decision { get; init; }

    /// <summary>Whether made again it is the same, to the bit; null when it cannot be made again.</summary>
    public bool? Identical { get; init; }

    /// <summary>The rule set it was made by.</summary>
    [JsonIgnore]
    public FraudRuleset? Ruleset { get; init; }

    /// <summary>True when the rule set it was made by is not kept any more.</summary>
    public bool RulesetExpired { get; init; }

    /// <summary>Log-odds of fraud before any rule has spoken.</summary>
    public double? PriorLogOdds { get; init; }

    /// <summary>Every rule with what it saw.</summary>
    public IReadOnlyList<RuleExplanation> Rules { get; init; } = [];

    /// <summary>What was known of the card just before; null when its history is not kept that far.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public CardProfileView? ProfileBefore { get; init; }

    public bool HistoryExpired { get; init; }

    public byte[] ToJson()
    {
        var json = JsonSerializer.SerializeToNode(this, ExplanationJson.Default.Explanation)!.AsObject();
        if (Ruleset is not null) json.Insert(2, "ruleset", JsonElement.Parse(FraudRulesetJson.Write(Ruleset)) is var document ? System.Text.Json.Nodes.JsonObject.Create(document) : null);
        return JsonSerializer.SerializeToUtf8Bytes(json, ExplanationJson.Default.JsonObject);
    }
}

/// <summary>One rule's part in a decision.</summary>
/// <param name="Code">The code of its reason.</param>
/// <param name="Applies">Whether it is on and the transaction is within its scope.</param>
/// <param name="LogOdds">What it added.</param>
/// <param name="Observed">What it measured.</param>
/// <param name="Threshold">What it measured against.</param>
/// <param name="Detail">In words.</param>
/// <param name="Inputs">What it saw, by name.</param>
public sealed record RuleExplanation(
    string Code, bool Applies, double LogOdds, double Observed, double Threshold, string Detail, IReadOnlyDictionary<string, double> Inputs)
{
    public static RuleExplanation Of(FraudRule rule, FraudInputs inputs)
    {
        bool applies = rule.Covers(inputs);
        var finding = applies ? rule.Evaluate(inputs) : Finding.None;
        return new RuleExplanation(
            rule is CustomRule custom ? custom.Code : rule.ReasonCode.ToCode(), applies, Finite(finding.LogOdds), Finite(finding.Observed), Finite(finding.Threshold),
            applies ? rule.Describe(inputs, finding) : "off, or out of its scope",
            rule.Inputs.ToDictionary(feature => FraudInputs.FeatureNames[(int)feature], feature => Finite(inputs[feature])));
    }

    private static double Finite(double value) => double.IsFinite(value) ? value : 0;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Explanation))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonObject))]
internal sealed partial class ExplanationJson : JsonSerializerContext;
