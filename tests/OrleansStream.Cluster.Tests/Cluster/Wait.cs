namespace OrleansStream.Cluster.Tests.Cluster;

internal static class Wait
{
    public static async Task UntilAsync(Func<bool> condition, TimeSpan limit, string what)
    {
        for (long started = Environment.TickCount64; !condition(); await Task.Delay(20))
            Assert.True(Environment.TickCount64 - started < limit.TotalMilliseconds, $"{what}: not within {limit}");
    }
}
