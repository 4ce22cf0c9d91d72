namespace OrleansStream.Domain.Fraud;

/// <summary>What to do with a transaction, mildest first.</summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.Outcome")]
public enum Outcome
{
    Approve,
    Review,
    Decline,
}
