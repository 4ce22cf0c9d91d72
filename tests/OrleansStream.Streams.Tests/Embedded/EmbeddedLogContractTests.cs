namespace OrleansStream.Streams.Tests.Embedded;

/// <summary>The contract on the embedded log, its newest records in memory.</summary>
public sealed class EmbeddedLogContractTests : RetentionContract
{
    protected override ILogPlace CreatePlace() => new EmbeddedLogPlace(o => o.SegmentBytes = 20_000);
}

/// <summary>The same, but nothing stays in memory that every reader has taken.</summary>
public sealed class EmbeddedLogForgetfulContractTests : RetentionContract
{
    protected override ILogPlace CreatePlace() => new EmbeddedLogPlace(o => (o.TailKeep, o.SegmentBytes) = (0, 20_000));
}

/// <summary>The same, but memory holds three records, and a file a handful of blocks: nearly every read goes to disk, and across files.</summary>
public sealed class EmbeddedLogOnDiskContractTests : RetentionContract
{
    protected override ILogPlace CreatePlace() => new EmbeddedLogPlace(o => (o.TailRecords, o.SegmentBytes) = (3, 4_096));
}
