using System.ComponentModel.DataAnnotations;

namespace OrleansStream.Gateway.Limits;

/// <summary>What one client, and all together, may ask of the process, section <c>OrleansStream:Limits</c>.</summary>
public sealed class LimitOptions
{
    public const string Section = "OrleansStream:Limits";

    /// <summary>Requests of one key. Default 10,000 a second, 20,000 at once.</summary>
    public RateOptions Key { get; set; } = new() { Requests = 10_000, Burst = 20_000 };

    /// <summary>Requests from one address (IPv6: of one /64), whatever key they have. Default 20,000 a second, 40,000 at once.</summary>
    public RateOptions Address { get; set; } = new() { Requests = 20_000, Burst = 40_000 };

    /// <summary>Open connections of each port. Default 20,000; what is more is closed at once.</summary>
    [Range(1, 1_000_000)] public int Connections { get; set; } = 20_000;

    /// <summary>Open event streams of the process. Default 4,000.</summary>
    [Range(1, 1_000_000)] public int EventStreams { get; set; } = 4_000;

    /// <summary>Open event streams of one key, its tickets included. Default 1,000.</summary>
    [Range(1, 1_000_000)] public int EventStreamsPerKey { get; set; } = 1_000;

    /// <summary>Open event streams from one address (IPv6: of one /64). Default 1,000.</summary>
    [Range(1, 1_000_000)] public int EventStreamsPerAddress { get; set; } = 1_000;

    /// <summary>How long a request's headers may take. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")] public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a request's body may take from its first byte to its last. Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")] public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The slowest that a body may come after its first 5 to 12 s, bytes a second: not the same for all, so that many that begin together do not end together. Default 240.</summary>
    [Range(1, 1 << 20)] public int MinBodyRate { get; set; } = 240;

    /// <summary>Names and values of a request's headers, bytes. Default 32 KiB.</summary>
    [Range(4096, 1 << 20)] public int HeaderBytes { get; set; } = 32 << 10;

    /// <summary>Headers of a request. Default 100.</summary>
    [Range(16, 10_000)] public int HeaderCount { get; set; } = 100;

    /// <summary>Bodies that are held at one time, by all requests, bytes. Default 512 MiB.</summary>
    [Range(1 << 20, 1L << 40)] public long BodyMemory { get; set; } = 512 << 20;

    /// <summary>
    /// How many times larger than it was sent a body may become, beyond its first MiB. Default 1,100: gzip cannot do more than 1,032, so that only what has no other use is
    /// refused before it has its whole size.
    /// </summary>
    [Range(10, 1_000_000)] public int CompressionRatio { get; set; } = 1_100;
}

/// <summary>How many requests in which time.</summary>
public sealed class RateOptions
{
    /// <summary>How many come back in each period; 0 for no limit.</summary>
    [Range(0, int.MaxValue)] public int Requests { get; set; }

    /// <summary>Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")] public TimeSpan Period { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many may come at once.</summary>
    [Range(1, int.MaxValue)] public int Burst { get; set; } = 1;
}
