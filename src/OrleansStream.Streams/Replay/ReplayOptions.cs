using System.ComponentModel.DataAnnotations;

namespace OrleansStream.Streams.Replay;

/// <summary>Bounds of replays beside the live work of a process, section <c>OrleansStream:Replay</c>.</summary>
public sealed class ReplayOptions
{
    public const string Section = "OrleansStream:Replay";

    /// <summary>Replays and other jobs at work at once in a process. Default 4.</summary>
    [Range(1, 1_000)] public int AtWork { get; set; } = 4;

    /// <summary>Those that may wait for their turn; more are refused. Default 32.</summary>
    [Range(0, 100_000)] public int Waiting { get; set; } = 32;

    /// <summary>Partitions of one job read at once. Default 4.</summary>
    [Range(1, 1_000)] public int PartitionsAtOnce { get; set; } = 4;

    /// <summary>Offsets in a chunk, which replays share. Default 4,096.</summary>
    [Range(1, 1 << 20)] public int ChunkRecords { get; set; } = 4_096;

    /// <summary>A chunk ends earlier when its records are larger, bytes. Default 4 MiB.</summary>
    [Range(1024, 256 << 20)] public int ChunkBytes { get; set; } = 4 << 20;

    /// <summary>Chunks kept for other replays, bytes. Default 64 MiB.</summary>
    [Range(0, 16L << 30)] public long CacheBytes { get; set; } = 64L << 20;

    /// <summary>How long a read waits for the log. Default 10 s.</summary>
    public TimeSpan ReadWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Keys of a partition that a replay calls at the same time. Default 64.</summary>
    [Range(1, 100_000)] public int KeysInFlight { get; set; } = 64;

    /// <summary>Records of a key in one call. Default 512.</summary>
    [Range(1, 100_000)] public int RecordsPerCall { get; set; } = 512;

    /// <summary>How often a job at work stores how far it is; a restart repeats what it did since. Default 2 s.</summary>
    public TimeSpan SaveInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>A job that got nowhere for so long, because log, store or keys cannot be reached, fails. Default 10 min.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How often unfinished jobs are looked after: whichever silo dies, its jobs go on elsewhere. Default 5 s.</summary>
    public TimeSpan AttendInterval { get; set; } = TimeSpan.FromSeconds(5);
}
