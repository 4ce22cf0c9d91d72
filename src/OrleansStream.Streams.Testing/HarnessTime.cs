namespace OrleansStream.Streams.Testing;

/// <summary>The clock of a harness: it stands until the test moves it.</summary>
internal sealed class HarnessTime(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
