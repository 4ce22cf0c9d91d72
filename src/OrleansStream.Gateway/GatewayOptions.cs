using System.ComponentModel.DataAnnotations;

namespace OrleansStream.Gateway;

/// <summary>Limits of the HTTP edge, section <c>OrleansStream:Gateway</c>.</summary>
public sealed class GatewayOptions
{
    public const string Section = "OrleansStream:Gateway";

    /// <summary>Largest body as sent, bytes. Default 5 MiB.</summary>
    [Range(1024, 1 << 30)] public int MaxBodyBytes { get; set; } = 5 << 20;

    /// <summary>Largest body after decompression, bytes. Default 50 MiB.</summary>
    [Range(1024, 1 << 30)] public int MaxDecompressedBytes { get; set; } = 50 << 20;

    /// <summary>Largest record, bytes. Default 64 KiB; at most 512 KiB, so that its dead letter still fits the log.</summary>
    [Range(1024, 512 << 10)] public int MaxRecordBytes { get; set; } = 64 << 10;

    /// <summary>Most records in one request. Default 10,000.</summary>
    [Range(1, 1_000_000)] public int MaxBatchRecords { get; set; } = 10_000;

    /// <summary>Most attributes of one CloudEvent, extensions included. Default 48.</summary>
    [Range(8, 1024)] public int MaxCloudEventAttributes { get; set; } = 48;

    /// <summary>Largest attributes of one CloudEvent, names and values together, bytes. Default 8 KiB.</summary>
    [Range(256, 128 << 10)] public int MaxCloudEventAttributeBytes { get; set; } = 8 << 10;

    /// <summary>How far ahead of the server's clock an event's time may be. Default 5 min.</summary>
    public TimeSpan MaxClockLead { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long <c>Min-Position</c> waits when <c>Prefer: wait</c> does not say. Default 5 s.</summary>
    public TimeSpan DefaultWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait that <c>Prefer: wait</c> gets. Default 25 s, below the grains' call time-out.</summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>Comment lines on an idle event stream. Default 15 s.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>A client of an event stream that does not take what was written within this time is dropped. Default 10 s.</summary>
    public TimeSpan SlowClient { get; set; } = TimeSpan.FromSeconds(10);
}
