using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Tests.Conformance;

namespace OrleansStream.Streams.Tests.Embedded;

/// <summary>The contract on the embedded log, its newest records in memory.</summary>
public sealed class EmbeddedLogContractTests : RetentionContract
{
    private readonly EmbeddedLogFolder _folder = new();

    protected override ValueTask<IEventLog> OpenAsync() => new(_folder.Open(configure: o => o.SegmentBytes = 20_000));

    protected override ValueTask CloseAsync(IEventLog log) => ((EmbeddedLog)log).DisposeAsync();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>The same, but memory holds three records, and a file a handful of blocks: nearly every read goes to disk, and across files.</summary>
public sealed class EmbeddedLogOnDiskContractTests : RetentionContract
{
    private readonly EmbeddedLogFolder _folder = new();

    protected override ValueTask<IEventLog> OpenAsync() => new(_folder.Open(configure: o => (o.TailRecords, o.SegmentBytes) = (3, 4_096)));

    protected override ValueTask CloseAsync(IEventLog log) => ((EmbeddedLog)log).DisposeAsync();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}
