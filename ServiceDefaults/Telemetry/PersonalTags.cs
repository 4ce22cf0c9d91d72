using System.Diagnostics;
using OpenTelemetry;

namespace OrleansStream.ServiceDefaults.Telemetry;

/// <summary>Spans leave the process without what names people and cards: paths as their route, ids of grains by their hash.</summary>
public sealed class PersonalTags : BaseProcessor<Activity>
{
    /// <summary>Orleans' tags that hold a grain's id, <c>type/key</c>.</summary>
    private static readonly string[] GrainIds = ["orleans.rpc.target_id", "orleans.rpc.source_id", "orleans.grain.id"];

    public override void OnEnd(Activity data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.GetTagItem("url.path") is string path) data.SetTag("url.path", data.GetTagItem("http.route") as string ?? Start(path));
        if (data.GetTagItem("url.full") is string full && Uri.TryCreate(full, UriKind.Absolute, out var uri)) data.SetTag("url.full", uri.GetLeftPart(UriPartial.Authority) + Start(uri.AbsolutePath));
        foreach (string tag in GrainIds)
            if (data.GetTagItem(tag) is { } id) data.SetTag(tag, PersonalText.HideKey(id.ToString() ?? ""));
    }

    /// <summary>The resource, without which one: <c>/v1/cards/card-42</c> is <c>/v1/cards/…</c>.</summary>
    private static string Start(string path)
    {
        string[] segments = path.Split('/');
        return segments.Length <= 3 ? path : string.Join('/', segments[..3]) + "/…";
    }
}
