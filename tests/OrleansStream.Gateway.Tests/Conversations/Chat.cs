using System.Text;
using System.Text.Json;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Conversations;

/// <summary>Conversations in the words of the tests.</summary>
internal static class Chat
{
    public static Task<Reply> PostToAsync(this Api api, string path, string body, string contentType = Api.Json, string? prefer = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, contentType) };
        if (prefer is not null) request.Headers.TryAddWithoutValidation("Prefer", prefer);
        return api.SendAsync(request);
    }

    /// <summary>Says something, and where it stands.</summary>
    public static async Task<string> SayAsync(this Api api, string conversation, string content, string role = "user", string more = "") =>
        (await api.PostToAsync($"/v1/conversations/{conversation}/messages", $$"""{"role":"{{role}}","content":{{JsonSerializer.Serialize(content)}}{{more}}}""")).Expect(202).Position;

    /// <summary>The context once everything up to the position is in it.</summary>
    public static async Task<JsonElement> ContextAsync(this Api api, string conversation, string position, string query = "") =>
        (await api.GetAsync($"/v1/conversations/{conversation}/context{query}", ("Min-Position", position))).Expect(200).Json;

    public static string Facts(this JsonElement context) =>
        string.Join(", ", context.GetProperty("facts").EnumerateObject().OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => $"{f.Name}={f.Value.GetString()}"));

    public static string[] Contents(this JsonElement context) => [.. context.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("content").GetString()!)];
}
