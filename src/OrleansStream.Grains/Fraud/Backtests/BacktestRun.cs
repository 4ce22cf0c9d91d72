using System.IO.Hashing;
using System.Text;
using OrleansStream.Domain.Fraud;

namespace OrleansStream.Grains.Fraud.Backtests;

/// <summary>Two rule sets over one sequence of transactions and labels.</summary>
internal sealed class BacktestRun(FraudRuleset candidate, FraudRuleset baseline, DateTimeOffset? from, DateTimeOffset? to)
{
    private const int Shown = 100;
    private readonly FraudPopulation _population = new();
    private readonly Dictionary<string, (CardProfile Baseline, CardProfile Candidate)> _profiles = [];
    private readonly HashSet<ulong> _frauds = [];
    private readonly Tally _old = new();
    private readonly Tally _new = new();
    private readonly Dictionary<string, long> _flippedBy = [];
    private readonly XxHash3 _hash = new();
    private readonly List<FlippedDecision> _flips = [];

    public int Cards => _profiles.Count;

    /// <summary>Decided about so far.</summary>
    public long Transactions { get; private set; }

    public void Take(Transaction transaction)
    {
        var amount = baseline.Currencies.Convert(transaction.Amount, transaction.Currency) ?? transaction.Amount;
        var purchase = Purchase.Of(transaction, amount);
        var facts = _population.FactsFor(purchase);
        var before = _profiles.GetValueOrDefault(transaction.CardId, (CardProfile.Empty, CardProfile.Empty));
        var old = FraudRules.Decide(before.Item1, transaction, facts, baseline);
        var other = FraudRules.Decide(before.Item2, transaction, facts, candidate);
        _profiles[transaction.CardId] = (old.Profile, other.Profile);
        _population.See(purchase);
        if (transaction.Time < from || transaction.Time >= to) return;
        Transactions++;
        ulong id = IdOf(transaction.CardId, transaction.Id);
        _old.Count(id, old.Decision.Outcome);
        _new.Count(id, other.Decision.Outcome);
        if (old.Decision.Outcome != other.Decision.Outcome) Flip(old.Decision, other.Decision);
    }

    /// <summary>Each label counts once, as with the merchants; a label outside the range teaches all the same.</summary>
    public void Take(CardLabel label)
    {
        var before = _profiles.GetValueOrDefault(label.CardId, (CardProfile.Empty, CardProfile.Empty));
        if (before.Item1.IsConfirmed(label) != label.Fraud) _population.Confirm(label.ToPurchase(), label.Fraud ? 1 : -1);
        _profiles[label.CardId] = (before.Item1.Label(label), before.Item2.Label(label));
        if (label.PurchaseTime < from || label.PurchaseTime >= to) return;
        ulong id = IdOf(label.CardId, label.TransactionId);
        if (label.Fraud) _frauds.Add(id);
        else _frauds.Remove(id);
    }

    public BacktestResult ToResult() => new()
    {
        Transactions = Transactions,
        BaselineVersion = baseline.Version,
        Baseline = _old.Quality(_frauds, Transactions),
        Candidate = _new.Quality(_frauds, Transactions),
        Flipped = _flippedBy.Values.Sum(),
        FlippedBy = _flippedBy,
        FlippedHash = _hash.GetCurrentHashAsUInt64().ToString("x16"),
        Flips = _flips,
    };

    private static ulong IdOf(string cardId, string transactionId) => Purchase.HashOf($"{cardId}\n{transactionId}");

    private void Flip(Decision old, Decision other)
    {
        var flip = new FlippedDecision(
            old.TransactionId, old.CardId, old.Time, old.Outcome.ToWireName(), old.Score, other.Outcome.ToWireName(), other.Score);
        string kind = $"{flip.From}→{flip.To}";
        _flippedBy[kind] = _flippedBy.GetValueOrDefault(kind) + 1;
        _hash.Append(Encoding.UTF8.GetBytes($"{flip.CardId}\n{flip.TransactionId}\n{kind}\n"));
        if (_flips.Count < Shown) _flips.Add(flip);
    }

    private sealed class Tally
    {
        private readonly HashSet<ulong> _alerts = [];
        private long _declines;

        public void Count(ulong id, Outcome outcome)
        {
            if (outcome != Outcome.Approve) _alerts.Add(id);
            if (outcome == Outcome.Decline) _declines++;
        }

        public BacktestQuality Quality(HashSet<ulong> frauds, long transactions)
        {
            long caught = _alerts.Count(frauds.Contains);
            return new BacktestQuality(
                _alerts.Count, _declines, frauds.Count,
                frauds.Count == 0 || _alerts.Count == 0 ? null : Math.Round(caught / (double)_alerts.Count, 4),
                frauds.Count == 0 ? null : Math.Round(caught / (double)frauds.Count, 4),
                transactions == 0 ? 0 : Math.Round(_alerts.Count / (double)transactions, 6));
        }
    }
}
