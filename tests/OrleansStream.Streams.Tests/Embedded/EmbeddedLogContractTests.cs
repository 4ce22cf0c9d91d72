using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Tests.Conformance;

namespace OrleansStream.Streams.Tests.Embedded;

/// <summary>The contract on the embedded log, its newest records in memory.</summary>
public sealed class EmbeddedLogContractTests : DeduplicationContract
{
    private readonly EmbeddedLogFolder _folder = new();

    protected override ValueTask<IEventLog> OpenAsync() => new(_folder.Open());

    protected override ValueTask CloseAsync(IEventLog log) => ((EmbeddedLog)log).DisposeAsync();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>The same, but memory holds three records: nearly every read goes to disk.</summary>
public sealed class EmbeddedLogOnDiskContractTests : DeduplicationContract
{
    private readonly EmbeddedLogFolder _folder = new();

    protected override ValueTask<IEventLog> OpenAsync() => new(_folder.Open(configure: o => o.TailRecords = 3));

    protected override ValueTask CloseAsync(IEventLog log) => ((EmbeddedLog)log).DisposeAsync();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}
