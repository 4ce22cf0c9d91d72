namespace OrleansStream.Web.Gateway;

/// <summary>Whose key a text may be. Every kind is asked: ids of different kinds may look the same.</summary>
internal sealed class KeyLookup(FraudCalls fraud, ShopCalls shop, ServiceCalls services, ConversationCalls conversations)
{
    /// <returns>The kind and the page of each that is known.</returns>
    /// <exception cref="GatewayException">The API refused or did not answer.</exception>
    public async Task<IReadOnlyList<(string Kind, string Href)>> FindAsync(string key, CancellationToken cancellationToken)
    {
        string id = Uri.EscapeDataString(key);
        var found = await Task.WhenAll(
            AskAsync("Card", $"/fraud/cards/{id}", fraud.FindCardAsync(key, cancellationToken)),
            AskAsync("Visitor", $"/shop/visitors/{id}", shop.FindUserAsync(key, cancellationToken)),
            AskAsync("Service", $"/services/{id}", services.FindAsync(key, cancellationToken)),
            AskAsync("Conversation", $"/conversations/{id}", conversations.FindAsync(key, cancellationToken)));
        return [.. found.Where(f => f is not null).Select(f => f!.Value)];
    }

    private static async Task<(string Kind, string Href)?> AskAsync<T>(string kind, string href, Task<T?> asked) where T : class
    {
        try
        {
            return await asked is null ? null : (kind, href);
        }
        catch (GatewayException e) when (e.Status is >= 400 and < 500)
        {
            // A text that no key of this kind can be.
            return null;
        }
    }
}
