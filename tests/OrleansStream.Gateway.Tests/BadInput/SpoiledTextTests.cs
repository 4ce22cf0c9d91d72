using System.Text;
using OrleansStream.Gateway.Tests.Harness;
using OrleansStream.Gateway.Tests.OpenApi;

namespace OrleansStream.Gateway.Tests.BadInput;

/// <summary>JSON whose texts are none: bytes that are not UTF-8, halves of surrogate pairs. Readers let them through until somebody asks for the text.</summary>
public sealed class SpoiledTextTests(LocalGateway gateway)
{
    private static readonly byte[][] Texts = [[0xFF], [0xC3, 0x28], [0xED, 0xA0, 0x80], [.. "\\ud800"u8], [.. "\\udc00x"u8]];

    private readonly Api _api = gateway.Api;

    /// <summary>Whatever a route takes, no answer is the server's fault; <see cref="ErrorContract"/> looks at each.</summary>
    [Fact]
    public async Task IsNeverTheServersFault_WhateverTheRoute()
    {
        var document = await ApiDocument.ReadAsync(_api);
        var routes = document.Operations.Where(o => o.Operation.TryGetProperty("requestBody", out var body) && body.GetProperty("content").TryGetProperty(Api.Json, out _)).Select(o => o.Name).ToList();
        Assert.True(routes.Count > 20, $"Only {routes.Count} routes take JSON.");
        var wrong = new List<string>();
        foreach (string route in routes)
            foreach (byte[] text in Texts)
            {
                int asValue = await SendAsync(route, [.. "{\"name\":\""u8, .. text, .. "\",\"id\":\""u8, .. text, .. "\"}"u8]);
                int asName = await SendAsync(route, [.. "{\""u8, .. text, .. "\":1}"u8]);
                if (asValue >= 500 || asName >= 500) wrong.Add($"{route} with {Convert.ToHexString(text)}: {asValue}, {asName}");
            }
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("/v1/rules/fraud", "{\"custom\":[{\"code\":\"A\",\"when\":\"true\",\"detail\":\"", "\"}]}")]
    [InlineData("/v1/rules/fraud", "{\"", "\":1}")]
    [InlineData("/v1/alert-rules", "{\"rules\":[{\"name\":\"", "\"}]}")]
    [InlineData("/v1/webhooks", "{\"name\":\"", "\"}")]
    [InlineData("/v1/cases/x", "{\"status\":\"confirmed\",\"note\":\"", "\"}")]
    public async Task IsNamed_WhenACommandHasOne(string path, string before, string after)
    {
        foreach (byte[] text in Texts)
        {
            byte[] body = [.. Encoding.UTF8.GetBytes(before), .. text, .. Encoding.UTF8.GetBytes(after)];
            using var content = new ByteArrayContent(body) { Headers = { ContentType = new(Api.Json) } };
            (await _api.SendAsync(new HttpRequestMessage(HttpMethod.Put, path) { Content = content })).Expect(400, "invalid-utf8");
        }
    }

    private async Task<int> SendAsync(string route, byte[] body)
    {
        string[] parts = route.Split(' ');
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new(Api.Json) } };
        using var request = new HttpRequestMessage(HttpMethod.Parse(parts[0]), parts[1].Replace("{", "x", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal)) { Content = content };
        using var response = await _api.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }
}
