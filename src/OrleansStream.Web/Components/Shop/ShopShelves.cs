using MudBlazor;
using OrleansStream.Web.Gateway;

namespace OrleansStream.Web.Components.Shop;

/// <summary>The small shop that a demo has: its visitors look at the same items. It is handed in like any shop's catalogue when there is none.</summary>
internal static class ShopShelves
{
    private const int ItemsPerCategory = 24;

    private static readonly string[] Makes =
    [
        "Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ironwood", "Juniper", "Kauri", "Larch", "Maple", "Nutmeg", "Oak", "Pine", "Quince", "Rowan", "Spruce", "Teak", "Umbra", "Vine",
        "Willow", "Yew",
    ];

    private static readonly Shelf[] All =
    [
        new("running-shoes", "Running shoes", "Runner", "running-accessories", 89, Icons.Material.Filled.DirectionsRun),
        new("running-accessories", "Running accessories", "Belt", "running-shoes", 19, Icons.Material.Filled.Watch),
        new("tents", "Tents", "Tent", "sleeping-bags", 240, Icons.Material.Filled.HolidayVillage),
        new("sleeping-bags", "Sleeping bags", "Bag", "stoves", 120, Icons.Material.Filled.NightsStay),
        new("stoves", "Stoves", "Stove", "tents", 60, Icons.Material.Filled.LocalFireDepartment),
        new("espresso-machines", "Espresso machines", "Espresso", "coffee-beans", 390, Icons.Material.Filled.CoffeeMaker),
        new("coffee-beans", "Coffee beans", "Roast", "cups", 14, Icons.Material.Filled.Grain),
        new("cups", "Cups", "Cup", "espresso-machines", 9, Icons.Material.Filled.Coffee),
        new("novels", "Novels", "Novel", "reading-lamps", 18, Icons.Material.Filled.MenuBook),
        new("reading-lamps", "Reading lamps", "Lamp", "novels", 45, Icons.Material.Filled.Light),
        new("bicycles", "Bicycles", "Bicycle", "bicycle-lights", 780, Icons.Material.Filled.DirectionsBike),
        new("bicycle-lights", "Bicycle lights", "Light", "bicycles", 32, Icons.Material.Filled.Highlight),
    ];

    public static IEnumerable<ShopCategory> Categories => All.Select(s => new ShopCategory(s.Id, s.Name, [s.GoesWith]));

    public static IEnumerable<ShopItem> Items => All.SelectMany(s => Enumerable.Range(0, ItemsPerCategory).Select(n =>
        new ShopItem($"demo-{s.Id}-{n}", $"{Makes[n]} {s.Thing}", s.Id, Math.Round(s.Price * (0.7 + (0.03 * n))) + 0.95, Makes[n])));

    /// <summary>A picture of what lies there.</summary>
    public static string IconOf(string? category) => All.FirstOrDefault(s => s.Id == category)?.Icon ?? Icons.Material.Filled.ShoppingBag;

    /// <summary>A hue of its own, degrees.</summary>
    public static int HueOf(string? category) => Array.FindIndex(All, s => s.Id == category) is >= 0 and var at ? at * 360 / All.Length : 210;

    /// <param name="Id">The category.</param>
    /// <param name="Name">For people.</param>
    /// <param name="Thing">One of it.</param>
    /// <param name="GoesWith">The category of what belongs to it.</param>
    /// <param name="Price">Of a middling one.</param>
    /// <param name="Icon">A picture.</param>
    private sealed record Shelf(string Id, string Name, string Thing, string GoesWith, double Price, string Icon);
}
