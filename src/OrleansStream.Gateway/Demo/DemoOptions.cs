using System.ComponentModel.DataAnnotations;

namespace OrleansStream.Gateway.Demo;

/// <summary>Settings of the demo load, section <c>OrleansStream:Demo</c>.</summary>
public sealed class DemoOptions
{
    public const string Section = "OrleansStream:Demo";

    /// <summary>Events per second when a request does not say. Default 1.7.</summary>
    [Range(DemoRate.Slowest, DemoRate.Fastest)] public double RatePerSecond { get; set; } = 1.7;

    /// <summary>After so many events the load ends by itself, so that one that was forgotten does not fill the disk. Default 5,000,000.</summary>
    [Range(1, 1_000_000_000)] public long MaxEvents { get; set; } = 5_000_000;

    /// <summary>A load that runs while somebody watches ends this long after the last one went. Default 30 s: a page may be reloaded.</summary>
    public TimeSpan UnwatchedLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Most cards that ordinary events are of; a faster load uses more, so that a card is not used too often. Default 50,000.</summary>
    [Range(100, 1_000_000)] public int MaxCards { get; set; } = 50_000;
}
