namespace OrleansStream.Streams.Tests.Fakes;

/// <summary>The fake passes what the real logs pass: a test on it says something about them.</summary>
public sealed class FakeEventLogContractTests : RetentionContract
{
    protected override ILogPlace CreatePlace() => new FakeLogPlace();
}
