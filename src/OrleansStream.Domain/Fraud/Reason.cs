namespace OrleansStream.Domain.Fraud;

/// <summary>One rule's part in a decision.</summary>
/// <param name="Code">Which rule.</param>
/// <param name="Score">Its part in points, 0–100: 50 would make a review, alone and of an otherwise ordinary transaction; 100 is a hard rule's.</param>
/// <param name="Detail">One line for an analyst, invariant culture.</param>
/// <param name="Observed">What was measured, in the unit of <paramref name="Threshold"/>; always finite.</param>
/// <param name="Threshold">The limit it was measured against.</param>
/// <param name="LogOdds">What it adds to the log-odds of fraud.</param>
/// <param name="CustomCode">The code of a custom rule.</param>
[GenerateSerializer, Alias("OrleansStream.Fraud.Reason"), Immutable]
public sealed record Reason(
    [property: Id(0)] ReasonCode Code,
    [property: Id(1)] int Score,
    [property: Id(2)] string Detail,
    [property: Id(3)] double Observed,
    [property: Id(4)] double Threshold,
    [property: Id(5)] double LogOdds = 0,
    [property: Id(6)] string? CustomCode = null)
{
    /// <summary>The code as it stands in answers.</summary>
    public string CodeText => CustomCode ?? Code.ToCode();
}
