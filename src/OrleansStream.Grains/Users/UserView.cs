using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Domain.Recommendations.Users;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Users;

/// <summary>What is known of a visitor.</summary>
/// <param name="UserId">The key.</param>
/// <param name="Session">The newest session; missing before the first event.</param>
/// <param name="Sessions">Sessions begun.</param>
/// <param name="Counts">Events ever, each once.</param>
/// <param name="Categories">Most liked first.</param>
/// <param name="Bought">Oldest first.</param>
/// <param name="Aliases">Keys that turned out to be this visitor.</param>
/// <param name="JoinedTo">Who this visitor turned out to be.</param>
/// <param name="FirstAt">The earliest event.</param>
/// <param name="LastAt">The latest event.</param>
/// <param name="AppliedPosition">The last position that this contains.</param>
public sealed record UserView(
    string UserId, VisitView? Session, long Sessions, ActionCounts Counts, IReadOnlyList<string> Categories, IReadOnlyList<string> Bought, IReadOnlyList<string> Aliases,
    string? JoinedTo, DateTimeOffset? FirstAt, DateTimeOffset? LastAt, string AppliedPosition)
{
    public static UserView Of(UserState state, in StateOrigin origin) => new(
        origin.Key, state.Session is { } session ? VisitView.Of(session) : null, state.Sessions, state.Counts, [.. state.Categories.Select(c => c.Category)], state.Bought, state.Aliases,
        state.JoinedTo, state.FirstAt, state.LastAt, origin.Applied.ToString());
}

/// <summary>A session.</summary>
public sealed record VisitView(string Id, DateTimeOffset Start, DateTimeOffset Last, IReadOnlyList<VisitedItemView> Items)
{
    public static VisitView Of(Visit visit) => new(visit.Id, visit.Start, visit.Last, [.. visit.Items.Select(i => new VisitedItemView(i.Id, i.Category, ShopEventJson.NameOf(i.Action), i.Time))]);
}

/// <summary>An item of a session.</summary>
public sealed record VisitedItemView(string ItemId, string? Category, string Action, DateTimeOffset Time);

/// <summary>A record of the topic <c>session-clicks</c>.</summary>
/// <param name="SessionId">Empty for a click too late for a session that is known.</param>
/// <param name="ItemId">What it was about.</param>
/// <param name="Category">As the event said.</param>
/// <param name="Action">What was done.</param>
/// <param name="Time">When.</param>
/// <param name="Step">A step of the session; false when it says more of the item before.</param>
public sealed record SessionStepView(string SessionId, string ItemId, string? Category, string Action, DateTimeOffset Time, bool Step)
{
    public static SessionStepView Of(SessionStep step) => new(step.SessionId, step.ItemId, step.Category, ShopEventJson.NameOf(step.Action), step.Time, step.IsStep);

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, UserJson.Default.SessionStepView);

    public static SessionStepView? FromJson(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, UserJson.Default.SessionStepView);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UserView))]
[JsonSerializable(typeof(SessionStepView))]
internal sealed partial class UserJson : JsonSerializerContext;
