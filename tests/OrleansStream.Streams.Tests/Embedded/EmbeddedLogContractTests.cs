namespace OrleansStream.Streams.Tests.Embedded;

/// <summary>The contract on the embedded log, its newest records in memory.</summary>
public sealed class EmbeddedLogContractTests : DeduplicationContract
{
    protected override ILogPlace CreatePlace() => new EmbeddedLogPlace();
}

/// <summary>The same, but memory holds three records: nearly every read goes to disk.</summary>
public sealed class EmbeddedLogOnDiskContractTests : DeduplicationContract
{
    protected override ILogPlace CreatePlace() => new EmbeddedLogPlace(o => o.TailRecords = 3);
}
