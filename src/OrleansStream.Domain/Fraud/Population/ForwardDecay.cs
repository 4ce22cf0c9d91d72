namespace OrleansStream.Domain.Fraud;

/// <summary>
/// Sums in which what is older counts less, by forward decay (Cormode et al., ICDE 2009): an event weighs 2^((t − landmark) / half-life) once and for all,
/// and a query divides by the weight of its own time. Sums so made do not depend on the order of events.
/// </summary>
internal static class ForwardDecay
{
    /// <summary>A year and a half of habits fade to a third; a double holds the weights of 180 years.</summary>
    private const double HalfLifeDays = 360;
    private static readonly long Landmark = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).UtcTicks;

    /// <summary>What an event of this time weighs; within what a double can add up, however wrong the time.</summary>
    public static double Weight(DateTimeOffset time) =>
        double.Exp2(Math.Clamp((time.UtcTicks - Landmark) / (double)TimeSpan.TicksPerDay / HalfLifeDays, -200, 200));
}
