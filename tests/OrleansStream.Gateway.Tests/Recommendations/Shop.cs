using System.Text;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Recommendations;

/// <summary>The shop's side of the API in the words of the tests.</summary>
internal static class Shop
{
    public static Task<Reply> SegmentAsync(this Api api, string path, string body, string contentType = Api.Json)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/{path}") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return api.SendAsync(request);
    }

    public static Task<Reply> PutAsync(this Api api, string path, string body) =>
        api.SendAsync(new HttpRequestMessage(HttpMethod.Put, $"/v1/catalog/{path}") { Content = new StringContent(body, Encoding.UTF8, Api.Json) });

    /// <summary>A product viewed by a user, and where that stands.</summary>
    public static async Task<string> ViewAsync(this Api api, string user, string item, string? category = null, string more = "") =>
        (await api.SegmentAsync("track", Track(user, item, "Product Viewed", category, more))).Expect(200).Position;

    public static string Track(string user, string item, string name = "Product Viewed", string? category = null, string more = "") =>
        $$$"""{"userId":"{{{user}}}","event":"{{{name}}}","properties":{"product_id":"{{{item}}}"{{{(category is null ? "" : $",\"category\":\"{category}\"")}}}}{{{more}}}}""";

    /// <summary>What a user is recommended once everything up to the position is applied.</summary>
    public static async Task<(string Item, string Reason)[]> RecommendedAsync(this Api api, string user, string? position, string query = "") =>
        [.. (await api.GetAsync($"/v1/users/{user}/recommendations{query}", position is null ? [] : [("Min-Position", position)])).Expect(200).Json.GetProperty("items").EnumerateArray()
            .Select(i => (i.GetProperty("itemId").GetString()!, i.GetProperty("reason").GetString()!))];

    public static async Task<string[]> RecommendAsync(this Api api, string session, string item, string more = "&user_consent=true") =>
        [.. (await api.GetAsync($"/v1/recommend?session_id={session}&item_id={item}{more}")).Expect(200).Json.EnumerateArray().Select(i => i.GetString()!)];
}
