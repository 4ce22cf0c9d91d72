using CsCheck;
using OrleansStream.Domain.Recommendations.Users;

namespace OrleansStream.Domain.Tests.Recommendations;

public sealed class UserRulesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<ShopEvent[]> Events =
        Gen.Select(Gen.Int[0, 30], Gen.Int[0, 7_200], Gen.Int[0, 5]).Select((item, seconds, action) => Event($"item-{item}", seconds, (ShopAction)action)).Array[0, 80];

    [Theory]
    [InlineData(1_800, 1)]
    [InlineData(1_801, 2)]
    public void BeginsANewSession_WhenThePauseIsLongerThanHalfAnHour(int pause, int sessions)
    {
        var (state, steps) = Run(Event("a", 0), Event("b", pause));
        Assert.Equal(sessions, state.Sessions);
        Assert.Equal(sessions, steps.Select(s => s.SessionId).Distinct().Count());
    }

    [Fact]
    public void PutsALateEventInItsPlace_WhenItIsOfTheSession()
    {
        var (state, _) = Run(Event("a", 100), Event("c", 300), Event("b", 200));
        Assert.Equal(["a", "b", "c"], state.Session!.Items.Select(i => i.Id));
    }

    [Fact]
    public void BelongsToNoSession_WhenAnEventIsOfLongAgo()
    {
        var (state, steps) = Run(Event("a", 10_000), Event("old", 0));
        Assert.Equal(["a"], state.Session!.Items.Select(i => i.Id));
        Assert.Equal(("", false), (steps[1].SessionId, steps[1].IsStep));
        Assert.Equal(2, state.Counts.Views);
    }

    [Fact]
    public void IsOneStep_WhenWhatWasViewedIsAdded()
    {
        var (state, steps) = Run(Event("a", 0), Event("a", 5, ShopAction.Add), Event("b", 9, ShopAction.Add));
        Assert.Equal(["a", "b"], state.Session!.Items.Select(i => i.Id));
        Assert.Equal([true, false, true], steps.Select(s => s.IsStep));
    }

    [Fact]
    public void RemembersWhatWasBought_WhenAnOrderIsCompleted()
    {
        var (state, _) = Run(Event("a", 0), Event("a", 5, ShopAction.Order));
        Assert.Equal(["a"], state.Bought);
        Assert.Equal((1, 1), (state.Counts.Views, state.Counts.Orders));
    }

    [Fact]
    public void HandsOverAndPassesOn_WhenAnAnonymousVisitorIsIdentified()
    {
        var anonymous = Run("anon", Event("a", 0, user: "anon"), Event("b", 10, user: "anon")).State;
        var identified = UserRules.Apply(anonymous, new ShopEvent { UserId = "anon", Action = ShopAction.Identify, Target = "user", Time = Noon.AddSeconds(20) });
        Assert.Equal("user", identified.State.JoinedTo);
        Assert.Equal(default, identified.State.Counts);

        var user = UserRules.Apply(Run("user", Event("x", -600, user: "user")).State, identified.PassedOn!);
        Assert.Equal(["x", "a", "b"], user.State.Session!.Items.Select(i => i.Id));
        Assert.Equal(3, user.State.Counts.Views);
        Assert.Equal(["anon"], user.State.Aliases);

        var later = UserRules.Apply(identified.State, Event("c", 30, user: "anon"));
        Assert.Equal(("user", 1), (later.PassedOn!.UserId, later.PassedOn.Hops));
        Assert.Empty(later.Steps);
    }

    [Fact]
    public void Ends_WhenAliasesGoRound()
    {
        var circle = UserState.Empty with { JoinedTo = "other" };
        var passed = Event("a", 0);
        int hops = 0;
        for (var outcome = UserRules.Apply(circle, passed); outcome.PassedOn is { } next; outcome = UserRules.Apply(circle, next)) hops++;
        Assert.InRange(hops, 1, 10);
    }

    [Fact]
    public void KeepsItsBounds_WhateverComes() => Events.Sample(events =>
    {
        var state = Run(events).State;
        return (state.Session?.Items.Length ?? 0) <= UserState.MaxSessionItems && state.Bought.Length <= UserState.MaxBought && state.Categories.Length <= UserState.MaxCategories;
    });

    [Fact]
    public void CountsEachEventOnce_WhateverTheOrder() => Gen.Select(Events, Gen.Int[0, 1_000]).Sample((events, seed) =>
    {
        var shuffled = events.ToArray();
        new Random(seed).Shuffle(shuffled);
        return Run(events).State.Counts == Run(shuffled).State.Counts && Run(events).State.Counts is var c && c.Views + c.Adds + c.Removes + c.Orders + c.Others == events.Length;
    });

    [Fact]
    public void ReturnsEqual_WhenAnEventIsWrittenAndRead() => Events.Sample(events => events.All(e =>
    {
        var read = ShopEventJson.Read(ShopEventJson.Write(e), null, default, null).Event!;
        return (read.UserId, read.Action, read.Time, read.Target, read.Hops) == (e.UserId, e.Action, e.Time, e.Target, e.Hops) && read.Items.SequenceEqual(e.Items);
    }));

    [Fact]
    public void ReturnsEqual_WhenAHandOverIsWrittenAndRead()
    {
        var anonymous = Run("anon", Event("a", 0, user: "anon"), Event("a", 10, ShopAction.Order, "anon")).State;
        var join = UserRules.Apply(anonymous, new ShopEvent { UserId = "anon", Action = ShopAction.Identify, Target = "user", Time = Noon }).PassedOn!;
        var read = ShopEventJson.Read(ShopEventJson.Write(join), null, default, null).Event!.HandOver!;
        Assert.Equal(join.HandOver!.Session!.Items, read.Session!.Items);
        Assert.Equal(join.HandOver.Bought, read.Bought);
        Assert.Equal((join.HandOver.Counts, join.HandOver.Sessions, join.HandOver.From), (read.Counts, read.Sessions, read.From));
    }

    [Fact]
    public void IsRefused_WhenAClientClaimsAHandOver() =>
        Assert.Equal("invalid-action", ShopEventJson.Read("""{"userId":"u","action":"join","handOver":{}}"""u8, null, Noon, Noon).Errors[0].Code);

    [Theory]
    [InlineData("""{"userId":"u"}""", "missing-field")]
    [InlineData("""{"itemId":"a"}""", "missing-field")]
    [InlineData("""{"userId":"u","itemId":"a","time":"yesterday"}""", "invalid-time")]
    [InlineData("""{"userId":"u","itemId":"a","time":"2030-01-01T00:00:00Z"}""", "time-in-future")]
    [InlineData("""{"userId":"u\u0000","itemId":"a"}""", "invalid-user-id")]
    [InlineData("""{"userId":"u","itemId":"\ud800"}""", "invalid-type")]
    [InlineData("""{"\ud800":1,"userId":"u","itemId":"i"}""", "malformed-json")]
    [InlineData("""{"userI\udc00":1,"itemId":"i"}""", "malformed-json")]
    [InlineData("""{"userId":"u","itemId":{}}""", "invalid-type")]
    [InlineData("""[1]""", "not-an-object")]
    [InlineData("""{"userId":""", "malformed-json")]
    public void SaysWhatIsWrong_WhenAnEventIsNot(string json, string code) =>
        Assert.Equal(code, ShopEventJson.Read(System.Text.Encoding.UTF8.GetBytes(json), null, Noon, Noon.AddMinutes(5)).Errors[0].Code);

    private static ShopEvent Event(string item, int seconds, ShopAction action = ShopAction.View, string user = "user") => new()
    {
        UserId = user, Action = action, Time = Noon.AddSeconds(seconds), Items = action == ShopAction.Other ? [] : [new ShopItem(item, $"category-{item.Length}")],
    };

    private static (UserState State, List<SessionStep> Steps) Run(params ShopEvent[] events) => Run("user", events);

    private static (UserState State, List<SessionStep> Steps) Run(string user, params ShopEvent[] events)
    {
        var (state, steps) = (UserState.Empty, new List<SessionStep>());
        foreach (var each in events)
        {
            var outcome = UserRules.Apply(state, each with { UserId = user });
            state = outcome.State;
            steps.AddRange(outcome.Steps);
        }
        return (state, steps);
    }
}
