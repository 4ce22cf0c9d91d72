using OrleansStream.Domain.Recommendations.Blending;
using OrleansStream.Domain.Recommendations.Neighbours;
using OrleansStream.Domain.Recommendations.Users;

namespace OrleansStream.Domain.Tests.Recommendations;

public sealed class BlendTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("tv,tv2,tv3", "tvs")]
    [InlineData("tv,tv2,cable", null)]
    [InlineData("tv,tv,tv", null)]
    [InlineData("tv,cable,tv2,cable2,tv3", "tvs")]
    [InlineData("tv,cable,tv2,cable2,mat,tv3", null)]
    public void IsInACategory_WhenThreeOfTheLastFiveDifferentItemsAre(string items, string? focus) =>
        Assert.Equal(focus, Blend.FocusOf(Session(items.Split(',')), new Shop()));

    [Fact]
    public void TakesTheEventsWord_WhenTheCatalogueDoesNotKnowAnItemsCategory()
    {
        VisitedItem[] session = [.. new[] { "x", "y", "z" }.Select(id => new VisitedItem(id, "Televisions", ShopAction.View, Noon))];
        Assert.Equal("tvs", Blend.FocusOf(session, new Shop()));
    }

    [Fact]
    public void GivesHalfThePlacesToComplements_WhenTheSessionIsInACategory()
    {
        var list = Of(new Shop { NextItems = [Heard("tv9", 1)] }, limit: 4, "tv", "tv2", "tv3");
        // Places of both complements in turn, then what neighbours say, then the category itself.
        Assert.Equal([("cable", "category"), ("mount", "category"), ("tv9", "co-viewed"), ("cable2", "category")], Shown(list));
        Assert.Equal(["tvs"], list[0].Because);
    }

    [Fact]
    public void PutsTheComplementFirst_WhenNeighboursNameIt()
    {
        var list = Of(new Shop { NextItems = [Heard("mount2", 1)] }, limit: 4, "tv", "tv2", "tv3");
        Assert.Equal(["mount2", "cable"], list.Take(2).Select(r => r.Item));
    }

    [Fact]
    public void FollowsNeighbours_WhenTheSessionIsInNoCategory()
    {
        var list = Of(new Shop { NextItems = [Heard("a", 4, "tv", "cable"), Heard("b", 1), new("silent", 0.5, false, [])] }, limit: 2, "tv", "cable");
        Assert.Equal([("a", "session"), ("b", "co-viewed")], Shown(list));
        Assert.Equal([0.8, 0.5], list.Select(r => r.Score));
        Assert.Equal(["tv", "cable"], list[0].Because);
    }

    [Fact]
    public void ReturnsToWhatWasSeen_WhenSeenItemsMayCome()
    {
        var shop = new Shop { NextItems = [new("tv", 1, true, [])] };
        Assert.DoesNotContain(Blend.Of(UserState.Empty, Session("tv"), null, shop, 3, includeSeen: false), r => r.Item == "tv");
        var again = Blend.Of(UserState.Empty, Session("tv"), null, shop, 3, includeSeen: true)[0];
        Assert.Equal(("tv", "co-viewed", "tv"), (again.Item, again.Reason, Assert.Single(again.Because)));
    }

    [Fact]
    public void LeavesOutWhatWasBought_UnlessSeenItemsMayCome()
    {
        var state = UserState.Empty with { Bought = ["hit"] };
        Assert.Equal(["hit2", "hit3"], Blend.Of(state, [], null, new Shop(), 2, includeSeen: false).Select(r => r.Item));
        Assert.Equal(["hit", "hit2"], Blend.Of(state, [], null, new Shop(), 2, includeSeen: true).Select(r => r.Item));
    }

    [Fact]
    public void ListsWhatIsTrending_WhenNothingIsKnownOfTheVisitor()
    {
        var list = Blend.Of(UserState.Empty, [], null, new Shop(), 2, includeSeen: false);
        Assert.Equal([("hit", "trending"), ("hit2", "trending")], Shown(list));
        Assert.Equal([0.2, 0.1], list.Select(r => r.Score));
        Assert.All(list, r => Assert.Empty(r.Because));
    }

    [Fact]
    public void FollowsCategoriesLikedOfOld_WhenTheSessionIsEmpty()
    {
        var state = UserState.Empty with { Categories = [new Liking("Mats", 0)] };
        var list = Blend.Of(state, [], null, new Shop(), 3, includeSeen: false);
        Assert.Equal([("mat", "category"), ("mat2", "category"), ("hit", "trending")], Shown(list));
        Assert.Equal(["mats"], list[0].Because);
        Assert.Equal([0.4, 0.333333], list.Take(2).Select(r => r.Score));
    }

    [Fact]
    public void PutsTheLatestCategoryFirst_WhenTheSessionHasSeveral()
    {
        var list = Of(new Shop(), limit: 9, "tv", "mat");
        Assert.Equal(["mat2", "cable", "cable2"], list.Take(3).Select(r => r.Item));
    }

    [Fact]
    public void FallsThroughTheListWithEachItemOnce_WhateverTheSource()
    {
        var list = Of(new Shop { NextItems = [Heard("hit", 2, "tv"), Heard("mat", 1, "tv")] }, limit: 20, "tv", "tv2", "tv3", "mat2");
        Assert.Equal(list.Count, list.Select(r => r.Item).Distinct().Count());
        Assert.Equal(list.Select(r => r.Score).OrderDescending(), list.Select(r => r.Score));
        Assert.All(list, r => Assert.InRange(r.Score, 0, 1));
    }

    private static IReadOnlyList<Recommendation> Of(Shop shop, int limit, params string[] session) => Blend.Of(UserState.Empty, Session(session), "own", shop, limit, includeSeen: false);

    private static VisitedItem[] Session(params string[] items) => [.. items.Select(id => new VisitedItem(id, null, ShopAction.View, Noon))];

    private static NextItem Heard(string item, double score, params string[] because) => new(item, score, false, because.Length > 0 ? because : ["tv"]);

    private static IEnumerable<(string, string)> Shown(IEnumerable<Recommendation> list) => list.Select(r => (r.Item, r.Reason));

    /// <summary>Televisions, which cables and mounts go with, and mats, which nothing goes with.</summary>
    private sealed class Shop : IShopView
    {
        private static readonly Dictionary<string, string[]> Items = new()
        {
            ["tvs"] = ["tv", "tv2", "tv3", "tv9"], ["cables"] = ["cable", "cable2"], ["mounts"] = ["mount", "mount2"], ["mats"] = ["mat", "mat2"],
        };

        public IReadOnlyList<NextItem> NextItems { get; init; } = [];

        public string? CategoryOf(string item) => Items.FirstOrDefault(category => category.Value.Contains(item)).Key;

        public string CategoryId(string category) => category switch { "Televisions" => "tvs", "Mats" => "mats", _ => category };

        public IReadOnlyList<string> ComplementsOf(string category) => category == "tvs" ? ["cables", "mounts"] : [];

        public IReadOnlyList<string> TopOf(string? category, int limit) => [.. (category is null ? ["hit", "hit2", "hit3"] : Items.GetValueOrDefault(category) ?? []).Take(limit)];

        public IReadOnlyList<NextItem> Next(IReadOnlyList<string> session, string? sessionId, int limit) => NextItems;
    }
}
