using System.ComponentModel.DataAnnotations;

namespace OrleansStream.Gateway.Otlp;

/// <summary>Where and how much OTLP is taken, section <c>OrleansStream:Otlp</c>. The API's own port takes OTLP/HTTP whatever stands here.</summary>
public sealed class OtlpOptions
{
    public const string Section = "OrleansStream:Otlp";

    /// <summary>The port of OTLP/gRPC (HTTP/2 without TLS); 0 for none. Default 0, in Local 4317.</summary>
    [Range(0, 65535)] public int GrpcPort { get; set; }

    /// <summary>The port of OTLP/HTTP beside the API's; 0 for none. Default 0, in Local 4318.</summary>
    [Range(0, 65535)] public int HttpPort { get; set; }

    /// <summary>The IP address to listen at; empty for that of the API's first address. Default empty.</summary>
    public string Address { get; set; } = "";

    /// <summary>A port that another process has is a warning, and the rest works. Default false, in Local true.</summary>
    public bool TakenPortIsWarning { get; set; }

    /// <summary>Largest export after decompression, bytes; as sent it may be as large. Default 20 MiB.</summary>
    [Range(1024, 1 << 30)] public int MaxExportBytes { get; set; } = 20 << 20;

    /// <summary>Largest log record, span or data point, bytes. Default 64 KiB.</summary>
    [Range(1024, 1 << 20)] public int MaxRecordBytes { get; set; } = 64 << 10;

    /// <summary>Most services that one export may speak of. Default 10,000.</summary>
    [Range(1, 1_000_000)] public int MaxServices { get; set; } = 10_000;

    /// <summary>Most series of metrics of one service in one export; what is more is rejected and counted. Default 1,000.</summary>
    [Range(1, 100_000)] public int MaxSeries { get; set; } = 1_000;

    /// <summary>How many log lines of one export are kept as such, shared among its services; all are counted. Default 512.</summary>
    [Range(1, 100_000)] public int KeptLines { get; set; } = 512;

    /// <summary>How many lines of errors are kept beyond that, per service. Default 64.</summary>
    [Range(0, 10_000)] public int KeptErrorLines { get; set; } = 64;
}
