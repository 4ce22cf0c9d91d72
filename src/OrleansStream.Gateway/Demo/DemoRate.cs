namespace OrleansStream.Gateway.Demo;

/// <summary>Events per second that a demo load may have.</summary>
internal static class DemoRate
{
    public const double Slowest = 0.1;
    public const double Fastest = 5_000;

    public static bool IsAllowed(double perSecond) => perSecond is >= Slowest and <= Fastest;
}
