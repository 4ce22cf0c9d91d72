namespace OrleansStream.Benchmarks.Measuring;

/// <summary>What the disk under the scratch folder takes to make something durable.</summary>
internal static class Disk
{
    /// <summary>Median of 100 appends of 512 bytes, each with an fsync, milliseconds.</summary>
    public static double SyncMs()
    {
        string path = Path.GetTempFileName();
        try
        {
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
            var block = new byte[512];
            return Rounds.Of(Enumerable.Range(0, 100).Select(_ =>
            {
                long start = TimeProvider.System.GetTimestamp();
                file.Write(block);
                file.Flush(flushToDisk: true);
                return TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
            })).Median;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
