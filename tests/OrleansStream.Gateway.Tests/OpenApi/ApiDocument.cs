using System.Text.Json;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.OpenApi;

/// <summary>The OpenAPI document of a running gateway.</summary>
internal sealed class ApiDocument(JsonElement root)
{
    private static readonly string[] Verbs = ["get", "put", "post", "delete", "patch"];

    public JsonElement Root => root;

    /// <summary>Every operation, named for example <c>post /v1/transactions</c>.</summary>
    public IReadOnlyList<(string Name, JsonElement Operation)> Operations { get; } =
        [.. from path in root.GetProperty("paths").EnumerateObject()
            from operation in path.Value.EnumerateObject()
            where Verbs.Contains(operation.Name)
            select ($"{operation.Name} {path.Name}", operation.Value)];

    public static async Task<ApiDocument> ReadAsync(Api api) => new((await api.GetAsync("/openapi/v1.json")).Expect(200).Json);

    public JsonElement this[string name] => Operations.Single(o => o.Name == name).Operation;

    /// <summary>The example of a body, on one line.</summary>
    public string RequestExample(string name, string contentType)
    {
        var example = this[name].GetProperty("requestBody").GetProperty("content").GetProperty(contentType).GetProperty("example");
        return JsonSerializer.Serialize(example);
    }

    /// <summary>Every operation has a summary, an id, a tag, and an example for each parameter, body and answer.</summary>
    public void AssertDescribed() => Assert.All(Operations, o =>
    {
        foreach (string member in new[] { "summary", "operationId", "tags" }) Assert.True(o.Operation.TryGetProperty(member, out _), $"{o.Name} has no {member}.");
        if (o.Operation.TryGetProperty("parameters", out var parameters))
            foreach (var parameter in parameters.EnumerateArray())
                Assert.True(parameter.TryGetProperty("example", out _), $"{o.Name}: parameter {parameter.GetProperty("name")} has no example.");
        if (o.Operation.TryGetProperty("requestBody", out var body)) AssertExamples(o.Name + ": request", body);
        foreach (var response in o.Operation.GetProperty("responses").EnumerateObject()) AssertExamples($"{o.Name}: {response.Name}", response.Value);
    });

    private static void AssertExamples(string what, JsonElement holder)
    {
        if (!holder.TryGetProperty("content", out var content)) return;
        foreach (var media in content.EnumerateObject()) Assert.True(media.Value.TryGetProperty("example", out _), $"{what} {media.Name} has no example.");
    }
}
