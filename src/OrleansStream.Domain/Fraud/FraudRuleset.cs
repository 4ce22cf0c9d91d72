using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansStream.Domain.Fraud.Rules;

namespace OrleansStream.Domain.Fraud;

/// <summary>
/// Every threshold and weight the rules use, as one immutable, versioned document: the same rule set and the same events
/// give the same decisions.
/// </summary>
/// <remarks>
/// A transaction's log-odds of fraud are the prior's plus those of all rules; its score is 100 × the probability they stand for. The default weights are those
/// of a logistic regression on simulated transactions, fitted and cross-validated over cards, rounded; those of rules that such data does not show are
/// chosen by what each should do alone: a weight above minus the prior makes a review.
/// </remarks>
public sealed record FraudRuleset
{
    private Listing? _listing;

    /// <summary>The rule set of an installation nobody has configured.</summary>
    public static FraudRuleset Default { get; } = new();

    public string Id { get; init; } = "default";

    public int Version { get; init; } = 1;

    public Thresholds Thresholds { get; init; } = new();

    public PriorOdds Prior { get; init; } = new();

    /// <summary>Log-odds from which on a rule's part is a reason: 1.4 is four times as likely.</summary>
    public double ReasonLogOdds { get; init; } = 1.4;

    public Currencies Currencies { get; init; } = new();

    public RuleCatalog Rules { get; init; } = new();

    /// <summary>Rules of the operator's own, evaluated after the built-in ones.</summary>
    public ImmutableArray<CustomRule> Custom { get; init; } = [];

    /// <summary>All rules in order.</summary>
    [JsonIgnore]
    public ImmutableArray<FraudRule> All
    {
        get
        {
            // A copy with other rules brings the listing of the original with it.
            if (_listing is not { } listing || !ReferenceEquals(listing.Rules, Rules) || listing.Custom != Custom)
                _listing = listing = new Listing(Rules, Custom, [.. Rules.All, .. Custom.IsDefault ? [] : Custom]);
            return listing.All;
        }
    }

    private sealed record Listing(RuleCatalog Rules, ImmutableArray<CustomRule> Custom, ImmutableArray<FraudRule> All);
}

/// <summary>Scores from which on something is done.</summary>
public sealed record Thresholds
{
    /// <summary>0–100: a person should look. 50: as likely fraud as not.</summary>
    public int Review { get; init; } = 50;

    /// <summary>0–100: declined. 90: one genuine transaction declined costs about as much trouble as nine frauds cost.</summary>
    public int Decline { get; init; } = 90;

    /// <summary>
    /// Transactions a card must have before its score alone declines; until then it is reviewed at most. 5: a card nobody knows has no habit to break. Hard rules
    /// decline all the same.
    /// </summary>
    public int DeclineMinHistory { get; init; } = 5;
}

/// <summary>Log-odds of fraud before any rule has spoken.</summary>
public sealed record PriorOdds
{
    /// <summary>Of an ordinary transaction of a card with a history.</summary>
    public double LogOdds { get; init; } = -7.8;

    /// <summary>Added for a card without a history; falls to 1/e with each ten transactions.</summary>
    public double NewCard { get; init; } = 3.4;

    public double Of(FraudInputs inputs) => LogOdds + (NewCard * Math.Exp(-inputs[Feature.History] / 10));
}
