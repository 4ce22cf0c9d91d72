using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Embedded.Files;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded;

/// <param name="Options">The log's settings.</param>
/// <param name="Files">Where it lies.</param>
/// <param name="Time">The clock.</param>
/// <param name="Logger">The log's.</param>
/// <param name="Rolled">Called when a partition has started a new file, on its commit thread.</param>
internal sealed record PartitionSetup(EmbeddedLogOptions Options, ILogFileSystem Files, TimeProvider Time, ILogger Logger, Action<TopicPartition> Rolled);
