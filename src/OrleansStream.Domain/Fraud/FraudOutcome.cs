namespace OrleansStream.Domain.Fraud;

/// <summary>The result of one event: the card's next profile and the decision.</summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.FraudOutcome"), Immutable]
public sealed record FraudOutcome([property: Id(0)] CardProfile Profile, [property: Id(1)] Decision Decision);
