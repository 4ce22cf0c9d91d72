using System.ComponentModel.DataAnnotations;

namespace OrleansStream.Gateway.Segment;

/// <summary>How Segment's clients may send, section <c>OrleansStream:Segment</c>.</summary>
public sealed class SegmentOptions
{
    public const string Section = "OrleansStream:Segment";

    /// <summary>Web sites whose pages may send from the browser (CORS), as <c>https://shop.example</c>; <c>*</c> for any. Default none.</summary>
    public string[] CorsOrigins { get; set; } = [];

    /// <summary>Largest message, bytes. Default 32 KiB, as Segment has it.</summary>
    [Range(1024, 512 << 10)] public int MaxMessageBytes { get; set; } = 32 << 10;
}
