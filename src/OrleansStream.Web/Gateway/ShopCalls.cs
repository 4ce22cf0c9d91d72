using System.Text.Json;

namespace OrleansStream.Web.Gateway;

/// <summary>The catalogue, what a visitor does, and what is recommended then.</summary>
internal sealed class ShopCalls(GatewayClient gateway, TimeProvider time)
{
    private const int PageSize = 500, MostItems = 2_000;

    /// <exception cref="GatewayException">The API refused or did not answer.</exception>
    public async Task<IReadOnlyList<ShopCategory>> CategoriesAsync(CancellationToken cancellationToken) =>
        (await gateway.GetAsync($"/v1/catalog/categories?limit={PageSize}", GatewayJson.Default.CategoryList, cancellationToken)).Items;

    /// <summary>The first items: a small catalogue's all.</summary>
    /// <inheritdoc cref="CategoriesAsync"/>
    public async Task<IReadOnlyList<ShopItem>> ItemsAsync(CancellationToken cancellationToken)
    {
        var items = new List<ShopItem>();
        for (string cursor = ""; items.Count < MostItems;)
        {
            var page = await gateway.GetAsync($"/v1/catalog/items?limit={PageSize}&cursor={cursor}", GatewayJson.Default.ItemList, cancellationToken);
            items.AddRange(page.Items);
            if (page.Next is null) break;
            cursor = Uri.EscapeDataString(page.Next);
        }
        return items;
    }

    /// <inheritdoc cref="CategoriesAsync"/>
    public async Task PutAsync(IEnumerable<ShopCategory> categories, IEnumerable<ShopItem> items, CancellationToken cancellationToken)
    {
        await gateway.DoAsync(HttpMethod.Put, "/v1/catalog/categories", JsonSerializer.Serialize([.. categories], GatewayJson.Default.ShopCategoryArray), cancellationToken);
        await gateway.DoAsync(HttpMethod.Put, "/v1/catalog/items", JsonSerializer.Serialize([.. items], GatewayJson.Default.ShopItemArray), cancellationToken);
    }

    /// <summary>Tells what the visitor did, as a shop's page would, and gives what is recommended once that is applied.</summary>
    /// <inheritdoc cref="CategoriesAsync"/>
    public async Task<RecommendationList> TrackAsync(string user, string what, ShopItem item, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var message = new TrackMessage("track", user, Guid.CreateVersion7(now).ToString("N"), what, now, new TrackProperties(item.Id, item.Category, item.Name, item.Price));
        var taken = await gateway.SendAsync(HttpMethod.Post, "/v1/track", JsonSerializer.Serialize(message, GatewayJson.Default.TrackMessage), GatewayJson.Default.IngestAnswer, cancellationToken);
        using var answer = await gateway.SendAsync(HttpMethod.Get, $"/v1/users/{Uri.EscapeDataString(user)}/recommendations?limit=8", null, cancellationToken, ("Min-Position", taken.Position ?? ""));
        return await GatewayClient.ReadAsync(answer, GatewayJson.Default.RecommendationList, cancellationToken);
    }

    /// <inheritdoc cref="CategoriesAsync"/>
    public Task<RecommendationList?> RecommendedAsync(string user, CancellationToken cancellationToken) =>
        gateway.FindAsync($"/v1/users/{Uri.EscapeDataString(user)}/recommendations?limit=8", GatewayJson.Default.RecommendationList, cancellationToken);

    /// <summary>Null when nothing is known of the user.</summary>
    /// <inheritdoc cref="CategoriesAsync"/>
    public Task<ShopUser?> FindUserAsync(string user, CancellationToken cancellationToken) =>
        gateway.FindAsync($"/v1/users/{Uri.EscapeDataString(user)}", GatewayJson.Default.ShopUser, cancellationToken);
}
