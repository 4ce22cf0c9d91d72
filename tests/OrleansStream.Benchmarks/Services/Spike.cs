namespace OrleansStream.Benchmarks.Services;

/// <summary>A service that began to fail.</summary>
/// <param name="Service">Its name.</param>
/// <param name="LeftAt">When the first request that says so was written to its socket to the end, in ticks of <see cref="System.Diagnostics.Stopwatch"/>, which all processes of a machine share.</param>
internal sealed record Spike(string Service, long LeftAt);

/// <summary>What the generator did.</summary>
/// <param name="Spikes">In the order they were sent.</param>
/// <param name="Requests">Exports that were taken.</param>
/// <param name="Failed">Exports that were not.</param>
/// <param name="Points">Data points in them.</param>
/// <param name="LogRecords">Log records in them.</param>
/// <param name="Seconds">How long it sent.</param>
/// <param name="CpuSeconds">Its own processor time in that.</param>
/// <param name="AnswerMs">How long exports took, milliseconds: 50th, 99th percentile and the longest.</param>
/// <param name="LateMs">How much later than planned the latest request began, milliseconds.</param>
internal sealed record LoadResult(Spike[] Spikes, long Requests, long Failed, long Points, long LogRecords, double Seconds, double CpuSeconds, double[] AnswerMs, double LateMs);
