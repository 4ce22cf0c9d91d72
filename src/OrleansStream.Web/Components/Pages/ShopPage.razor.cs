using Microsoft.AspNetCore.Components;
using OrleansStream.Web.Components.Shop;
using OrleansStream.Web.Gateway;
using OrleansStream.Web.Live;

namespace OrleansStream.Web.Components.Pages;

/// <summary>A shop's page: it tells what its visitor does as any shop would, and shows what is recommended then.</summary>
public sealed partial class ShopPage
{
    private const string Viewed = "Product Viewed", Added = "Product Added";
    private const int Listed = 8;
    private readonly HashSet<string> _seen = [];
    private readonly List<(string Verb, ShopItem Item)> _steps = [];
    private IReadOnlyList<ShopCategory> _categories = [];
    private List<ShopItem>? _items;
    private Dictionary<string, ShopItem> _byId = [];
    private IReadOnlyList<Recommendation> _recommended = [];
    private string _user = "", _category = "";
    private double? _milliseconds;

    /// <summary>Whose eyes the shop is seen with; nobody's yet when it is missing.</summary>
    [Parameter] public string? UserId { get; set; }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        _user = UserId ?? $"demo-you-{Guid.CreateVersion7(Clock.GetUtcNow()):N}"[..21];
        Follow($"/v1/recommendations/stream?userId={Uri.EscapeDataString(_user)}", TakeAsync);
        await TryAsync(LoadAsync);
        StateHasChanged();
    }

    private async Task LoadAsync()
    {
        _categories = await Calls.CategoriesAsync(Closed);
        if (_categories.Count == 0 && !Demo.IsMissing)
        {
            await Calls.PutAsync(ShopShelves.Categories, ShopShelves.Items, Closed);
            _categories = await Calls.CategoriesAsync(Closed);
        }
        var items = await Calls.ItemsAsync(Closed);
        _byId = items.GroupBy(i => i.Id).ToDictionary(g => g.Key, g => g.Last());
        // Shelves of which nothing is there are left out.
        _categories = [.. _categories.Where(c => _byId.Values.Any(i => i.Category == c.Id))];
        _category = _categories.FirstOrDefault(c => c.Id == "running-shoes")?.Id ?? (_categories.Count > 0 ? _categories[0].Id : "");
        _items = [.. _byId.Values.OrderBy(i => i.Name ?? i.Id, StringComparer.Ordinal)];
        _recommended = (await Calls.RecommendedAsync(_user, Closed))?.Items ?? [];
        foreach (var step in (await Calls.FindUserAsync(_user, Closed))?.Session?.Items ?? []) Remember(step.Action == "view" ? "looked at" : step.Action, FindItem(step.ItemId));
    }

    private Task TakeAsync(GatewayEvent next)
    {
        if (next.Kind == "recommendations") _recommended = [.. next.Read(GatewayJson.Default.RecommendationList).Items.Take(Listed)];
        return Task.CompletedTask;
    }

    private async Task DoAsync(string what, ShopItem item) => await TryAsync(async () =>
    {
        long started = Clock.GetTimestamp();
        Remember(what == Viewed ? "looked at" : "added", item);
        _recommended = (await Calls.TrackAsync(_user, what, item, Closed)).Items;
        _milliseconds = Clock.GetElapsedTime(started).TotalMilliseconds;
        Announcer.Say($"Recommended now: {string.Join(", ", _recommended.Take(3).Select(r => NameOf(r.ItemId)))}.");
    });

    private void Remember(string verb, ShopItem item)
    {
        _seen.Add(item.Id);
        _steps.Add((verb, item));
    }

    private ShopItem FindItem(string id) => _byId.GetValueOrDefault(id) ?? new ShopItem(id, null, null, null, null);

    /// <summary>Of an item or a category.</summary>
    private string NameOf(string id) => _byId.GetValueOrDefault(id)?.Name ?? _categories.FirstOrDefault(c => c.Id == id)?.Name?.ToLowerInvariant() ?? id;
}
