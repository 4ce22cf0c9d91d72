using System.Diagnostics;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Recommendations;

/// <summary>A visitor views three pairs of running shoes, and the next list has running accessories first.</summary>
public sealed class StoryTests(LocalGateway gateway, ITestOutputHelper output)
{
    private const int PerCategory = 6;
    private readonly Api _api = gateway.Api;
    private readonly string _shop = Given.Id("shop");

    private static readonly string[] Aisles =
        ["running-shoes", "running-accessories", "tents", "stoves", "novels", "lamps", "cups", "coffee", "bicycles", "lights", "chairs", "desks"];

    [Fact]
    public async Task ListsAccessoriesFirst_WhenThreePairsOfShoesWereViewed()
    {
        await FillAsync();
        string user = Given.Id("runner");
        // Somebody else looks at everything: what is trending alone would list something else.
        foreach (string aisle in Aisles) await _api.ViewAsync(Given.Id("other"), Item(aisle, 1));
        await _api.ViewAsync(user, Item("running-shoes", 1));
        await _api.ViewAsync(user, Item("running-shoes", 2));

        string position = await _api.ViewAsync(user, Item("running-shoes", 3));
        var listed = await _api.RecommendedAsync(user, position);

        Assert.All(listed.Take(PerCategory), i => Assert.StartsWith($"{_shop}-running-accessories", i.Item, StringComparison.Ordinal));
        Assert.All(listed.Take(PerCategory), i => Assert.Equal("category", i.Reason));
        Assert.DoesNotContain(listed, i => i.Item == Item("running-shoes", 1));
        Assert.Contains(await _api.RecommendedAsync(user, position, "?includeSeen=true"), i => i.Item == Item("running-shoes", 1));
        Assert.Equal(5, (await _api.RecommendedAsync(user, position, "?limit=5")).Length);
    }

    [Fact]
    public async Task ListsAccessoriesSoonAfterTheClick_WhenNobodyWaits()
    {
        await FillAsync();
        var waits = new List<double>();
        for (int i = 0; i < 30; i++)
        {
            string user = Given.Id("runner");
            foreach (int shoe in (int[])[1, 2, 3]) await _api.ViewAsync(user, Item("running-shoes", shoe));
            long clicked = Stopwatch.GetTimestamp();
            while (!(await _api.RecommendedAsync(user, null))[0].Item.StartsWith($"{_shop}-running-accessories", StringComparison.Ordinal))
                Assert.True(Stopwatch.GetElapsedTime(clicked) < TimeSpan.FromSeconds(20), $"{user} gets no accessories.");
            waits.Add(Stopwatch.GetElapsedTime(clicked).TotalMilliseconds);
        }
        waits.Sort();
        // The bound of 50 ms is for a machine of one's own; here it is printed, and the bound above decides.
        output.WriteLine($"After the click: median {waits[15]:0.0} ms, worst {waits[^1]:0.0} ms.");
    }

    private string Item(string aisle, int number) => $"{_shop}-{aisle}-{number}";

    private async Task FillAsync()
    {
        var categories = Aisles.Select(a => $$"""{"id":"{{_shop}}-{{a}}","name":"{{_shop}} {{a}}","complements":[{{(a == "running-shoes" ? $"\"{_shop}-running-accessories\"" : "")}}]}""");
        (await _api.PutAsync("categories", Given.Array(categories))).Expect(200);
        var items = Aisles.SelectMany(a => Enumerable.Range(1, PerCategory).Select(n => $$"""{"id":"{{Item(a, n)}}","name":"{{a}} {{n}}","category":"{{_shop}}-{{a}}","price":{{n}}}"""));
        Assert.Equal(PerCategory * Aisles.Length, (await _api.PutAsync("items", Given.Array(items))).Expect(200).Json.GetProperty("accepted").GetInt32());
    }
}
