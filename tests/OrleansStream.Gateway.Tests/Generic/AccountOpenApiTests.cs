using OrleansStream.Gateway.Tests.Harness;
using OrleansStream.Gateway.Tests.OpenApi;

namespace OrleansStream.Gateway.Tests.Generic;

/// <summary>A processor's routes are described by what it says of itself.</summary>
public sealed class AccountOpenApiTests(AccountHost host) : IClassFixture<AccountHost>
{
    private static readonly string[] Routes =
    [
        "get /v1/accounts/{accountNumber}",
        "get /v1/accounts/{accountNumber}/balances",
        "get /v1/accounts/{accountNumber}/balances/{movementId}",
        "get /v1/balances/stream",
        "post /v1/movements",
    ];

    [Fact]
    public async Task DescribesEveryRouteOfBothProcessors_WhenTheDocumentIsRead()
    {
        var names = (await ApiDocument.ReadAsync(host.Api)).Operations.Select(o => o.Name).ToList();
        Assert.Equal(Routes, names.Where(n => n.Contains("account", StringComparison.Ordinal) || n.Contains("balances", StringComparison.Ordinal) || n.Contains("movements", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Contains("get /v1/cards/{cardId}", names);
    }

    [Fact]
    public async Task HasSummariesAndExamples_WhenAnOperationIsRead() => (await ApiDocument.ReadAsync(host.Api)).AssertDescribed();

    [Fact]
    public async Task HasOnePathParameterEach_WhenARouteHasOne()
    {
        foreach (var (name, operation) in (await ApiDocument.ReadAsync(host.Api)).Operations)
        {
            var described = (operation.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray() : default)
                .Where(p => p.GetProperty("in").GetString() == "path").Select(p => p.GetProperty("name").GetString()).Order();
            Assert.Equal(name.Split('{').Skip(1).Select(p => p[..p.IndexOf('}', StringComparison.Ordinal)]).Order(), described);
        }
    }

    [Theory]
    [InlineData(Api.Json)]
    [InlineData(Api.Ndjson)]
    [InlineData("application/cloudevents+json")]
    [InlineData("application/cloudevents-batch+json")]
    public async Task AcceptsTheDocumentsExample_WhenPostedAs(string contentType)
    {
        string example = (await ApiDocument.ReadAsync(host.Api)).RequestExample("post /v1/movements", contentType);
        var reply = await host.Api.PostAsync(example, contentType);
        Assert.True(reply.Status is 200 or 202, reply.Text);
    }
}
