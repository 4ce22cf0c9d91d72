namespace OrleansStream.Gateway.Pipeline.Batch;

/// <summary>How long a batch job may wait between two runs, seconds: from what is hardly a batch to once a day.</summary>
internal static class BatchInterval
{
    public const double Shortest = 0.5;
    public const double Longest = 86_400;

    public static bool IsAllowed(double seconds) => seconds is >= Shortest and <= Longest;
}
