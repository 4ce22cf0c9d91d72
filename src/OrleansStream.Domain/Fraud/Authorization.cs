namespace OrleansStream.Domain.Fraud;

/// <summary>The issuer's own answer, when the event carries it.</summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.Authorization")]
public enum Authorization
{
    Approved,
    Declined,
}
