namespace OrleansStream.Streams.Conformance;

/// <summary>Waiting with an end: a test that cannot go on fails and says for what it waited.</summary>
public static class Wait
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Asks until the answer is yes.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        for (long started = Environment.TickCount64; !condition(); await Task.Delay(1))
            if (Environment.TickCount64 - started > Limit.TotalMilliseconds) Assert.Fail($"Waited {Limit} in vain until {what}.");
    }

    public static async Task ForAsync(Task task, string what)
    {
        await Task.WhenAny(task, Task.Delay(Limit));
        Assert.True(task.IsCompleted, $"Waited {Limit} in vain for {what}.");
        await task;
    }
}
