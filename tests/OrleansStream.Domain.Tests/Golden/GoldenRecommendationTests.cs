using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansStream.Domain.Recommendations;
using OrleansStream.Domain.Recommendations.Neighbours;
using OrleansStream.Domain.Recommendations.Users;
using OrleansStream.Testing;

namespace OrleansStream.Domain.Tests.Golden;

/// <summary>What stands in rows of visitors, in their topics and in snapshots of the neighbour index.</summary>
public sealed class GoldenRecommendationTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly IServiceProvider Services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    private static readonly UserState State = new()
    {
        Session = new Visit("u~2", Noon, Noon.AddMinutes(1), [new VisitedItem("a", "shoes", ShopAction.View, Noon), new VisitedItem("b", null, ShopAction.Add, Noon.AddMinutes(1))]),
        Bought = ["c"], Categories = [new Liking("shoes", 180.25)], Counts = new ActionCounts(1, 2, 3, 4, 5), JoinedTo = "v", Aliases = ["w"], FirstAt = Noon, LastAt = Noon.AddMinutes(1), Sessions = 2,
    };

    [Fact]
    public void User()
    {
        var read = Check("user-state-1.bin", State);
        Assert.Equal(State.Session!.Items, read.Session!.Items);
        Assert.Equal((State.Counts, State.JoinedTo, State.Sessions, State.FirstAt, State.LastAt), (read.Counts, read.JoinedTo, read.Sessions, read.FirstAt, read.LastAt));
        Assert.Equal((State.Bought[0], State.Categories[0], State.Aliases[0]), (read.Bought[0], read.Categories[0], read.Aliases[0]));
    }

    [Fact]
    public void Step()
    {
        var step = new SessionStep("u~2", "a", "shoes", ShopAction.View, Noon, true);
        Assert.Equal(step, Check("session-step-1.bin", step));
    }

    [Fact]
    public void HandOver()
    {
        var join = new ShopEvent
        {
            UserId = "v", Action = ShopAction.Join, Time = Noon, Hops = 1, HandOver = new HandOver("u", State.Session, State.Bought, State.Categories, State.Counts, State.Sessions, Noon),
        };
        GoldenFile.AssertWritten("hand-over-1.bin", ShopEventJson.Write(join));
        Assert.Equal(State.Counts, ShopEventJson.Read(GoldenFile.Read("hand-over-1.bin"), null, default, null).Event!.HandOver!.Counts);
    }

    [Fact]
    public void Index()
    {
        var index = new NeighbourIndex(NeighbourOptions.Default with { MaxSessions = 10 });
        foreach (var (session, item) in (ReadOnlySpan<(ulong, string)>)[(1, "a"), (2, "a"), (1, "b"), (2, "é"), (1, "a"), (300, "c")]) index.Add(session, item);
        byte[][] pieces = [.. index.Save()];
        Assert.Equal(3, pieces.Length);
        for (int i = 0; i < pieces.Length; i++) GoldenFile.AssertWritten($"neighbour-index-{i}-1.bin", pieces[i]);
        var read = new NeighbourIndex(NeighbourOptions.Default with { MaxSessions = 10 });
        for (int i = 0; i < pieces.Length; i++) read.Load(GoldenFile.Read($"neighbour-index-{i}-1.bin"));
        Assert.Equal(["a", "b", "a"], read.ItemsOf(1));
        Assert.Equal(2, read.SessionsWith("a"));
    }

    [Fact]
    public void TrendingItems()
    {
        var trending = new Trending();
        trending.Add("a", "shoes", Noon);
        trending.Add("b", null, Noon.AddHours(3));
        GoldenFile.AssertWritten("trending-1.bin", Assert.Single(trending.Save()));
        var read = new Trending();
        read.Load(GoldenFile.Read("trending-1.bin"));
        Assert.Equal(["b", "a"], read.Top(null, Noon, 9).Select(t => t.Item));
        Assert.Equal(["a"], read.Top("shoes", Noon, 9).Select(t => t.Item));
    }

    private static T Check<T>(string name, T sample)
    {
        var serializer = Services.GetRequiredService<Serializer<T>>();
        return GoldenFile.AssertReadAndWritten(name, sample, bytes => serializer.Deserialize(bytes)!, item => serializer.SerializeToArray(item));
    }
}
