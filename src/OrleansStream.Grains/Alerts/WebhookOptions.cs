using System.ComponentModel.DataAnnotations;

namespace OrleansStream.Grains.Alerts;

/// <summary>How alerts are sent, section <c>OrleansStream:Webhooks</c>.</summary>
public sealed class WebhookOptions
{
    public const string Section = "OrleansStream:Webhooks";

    /// <summary>Whether targets on loopback, private and link-local addresses may be called. Default false: whoever may set a webhook could reach into the network otherwise.</summary>
    public bool AllowPrivateTargets { get; set; }

    /// <summary>Networks that may be called although they are private, as <c>10.1.0.0/16</c> or <c>127.0.0.1/32</c>.</summary>
    public IList<string> AllowedNetworks { get; } = [];

    /// <summary>How long a target may take to answer. 1–60 s, default 10.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")] public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The address under which people reach this product, for links in messages.</summary>
    public string ExternalUrl { get; set; } = "";

    /// <summary>How often it is seen to that every receiver is served somewhere. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")] public TimeSpan AttendInterval { get; set; } = TimeSpan.FromSeconds(5);
}
