using System.Text.Json;
using OrleansStream.Domain.Recommendations.Users;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Users;

/// <summary>What visitors do in, steps of their sessions out; the rules are <see cref="UserRules"/>. Who is identified passes on what comes under the old key.</summary>
public sealed class UserProcessor() : StreamProcessor<ShopEvent, UserState, SessionStep>(new ProcessorNames
{
    Topic = UserTopics.Clicks,
    Key = UserTopics.User,
    Keys = "users",
    KeyField = "userId",
    Output = "session-click",
    OutputTopic = UserTopics.SessionClicks,
})
{
    public override UserState InitialState => UserState.Empty;

    public override bool ListsOutputs => false;

    public override bool IsErasable => true;

    public override TimeSpan? HistoryRetention => TimeSpan.Zero;

    /// <summary>Steps go into the neighbour index of every silo; the visitor's own answers are made of the state.</summary>
    public override bool GathersOutputs => true;

    public override ProcessorDocumentation Documentation { get; } = new()
    {
        Group = "Personalization",
        IngestSummary = "Hand in what visitors do, without Segment's envelope",
        KeyExample = "u-1",
        StateType = typeof(UserView),
        OutputType = typeof(SessionStepView),
        EventExample = """{"id":"click-1","userId":"u-1","action":"view","itemId":"shoe-1","category":"running-shoes","time":"2026-11-22T10:00:00Z"}""",
        StateExample = """{"userId":"u-1","session":{"id":"u-1~1","start":"2026-11-22T10:00:00Z","last":"2026-11-22T10:00:00Z","items":[{"itemId":"shoe-1","category":"running-shoes","action":"view","time":"2026-11-22T10:00:00Z"}]},"sessions":1,"counts":{"views":1,"adds":0,"removes":0,"orders":0,"others":0},"categories":["running-shoes"],"bought":[],"aliases":[],"firstAt":"2026-11-22T10:00:00Z","lastAt":"2026-11-22T10:00:00Z","appliedPosition":"clicks:3:1842"}""",
        OutputExample = """{"sessionId":"u-1~1","itemId":"shoe-1","category":"running-shoes","action":"view","time":"2026-11-22T10:00:00Z","step":true}""",
    };

    public override bool CanBeKey(string text) => ShopIds.IsWellFormed(text);

    public override EventReading<ShopEvent> Read(ReadOnlySpan<byte> json, in ReadingDefaults defaults)
    {
        var read = ShopEventJson.Read(json, defaults.Key, defaults.Time, defaults.LatestTime);
        return new(read.Event, read.UserId, read.Id ?? defaults.Id, read.Event?.Time ?? defaults.Time, [.. read.Errors.Select(e => new EventError(e.Code, e.Detail))]);
    }

    public override Applied<UserState, SessionStep> Apply(UserState state, ShopEvent @event)
    {
        var outcome = UserRules.Apply(state, @event);
        return new(outcome.State, outcome.Steps)
        {
            Emissions = outcome.PassedOn is { } passed ? [new Emission(UserTopics.Clicks, passed.UserId, ShopEventJson.Write(passed))] : [],
        };
    }

    public override string IdOf(SessionStep output) => $"{output.SessionId}/{output.ItemId}";

    public override OutputContent ToContent(SessionStep output, in OutputOrigin<NoFacts> origin) => new(SessionStepView.Of(output).ToJson(), output.Time);

    public override byte[] ToJson(UserState state, in StateOrigin origin) => JsonSerializer.SerializeToUtf8Bytes(UserView.Of(state, origin), UserJson.Default.UserView);
}
