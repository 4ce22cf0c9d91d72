using OrleansStream.Cli.Sending.Delivery;
using OrleansStream.Cli.Sending.Mapping;
using OrleansStream.Cli.Sending.Reading;

namespace OrleansStream.Cli.Sending;

/// <summary>A kind of event: where it is sent, which field keys it, and what its fields are.</summary>
/// <param name="Kind">The noun of the command, <c>transactions</c>.</param>
/// <param name="Path">The ingest route, relative to the server's address.</param>
/// <param name="KeyField">The field whose order is kept.</param>
/// <param name="KeyPath">The route that shows a key's profile, to which the key is appended.</param>
/// <param name="Required">Fields without which the server refuses a record.</param>
/// <param name="Fields">The fields a column can fill.</param>
internal sealed record IngestTarget(
    string Kind, string Path, string KeyField, string KeyPath, IReadOnlyList<string> Required, IReadOnlyList<TargetField> Fields)
{
    /// <summary>Reads the input in a way of its own; null for CSV, TSV and NDJSON in the target's fields.</summary>
    public Func<OpenInput, IReadOnlyList<string>, CancellationToken, Task<IRecordReader>>? Reader { get; init; }

    public IBatchFormat Format { get; init; } = NdjsonBatches.Instance;

    /// <summary>The server knows what comes again by whole requests: the same lines always go together.</summary>
    public bool InBlocks { get; init; }
}
