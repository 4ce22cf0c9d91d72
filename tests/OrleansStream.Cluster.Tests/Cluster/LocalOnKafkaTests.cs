using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Cluster;

/// <summary>Local with <c>OrleansStream:Log=kafka</c>: one process, its states in a file, its log on brokers.</summary>
public sealed class LocalOnKafkaTests
{
    [Fact]
    public async Task DecidesAndGoesOnWhereItWas_WhenItIsKilledAndStartedAgain()
    {
        await using var broker = await KafkaBroker.StartAsync();
        using var scratch = new ScratchDirectory();
        string[] arguments = ["--OrleansStream:Log=kafka", $"--ConnectionStrings:kafka={broker.Bootstrap}"];
        string card = $"card-{Guid.NewGuid():N}";
        await using (var local = await LocalProcess.StartAsync(scratch.Path, 0, arguments))
        {
            await AssertDecidesAsync(local, card, "tx-1");
            await local.KillAsync();
        }
        await using (var local = await LocalProcess.StartAsync(scratch.Path, 0, arguments))
        {
            await AssertDecidesAsync(local, card, "tx-2");
            var profile = JsonNode.Parse(await local.Http.GetStringAsync(new Uri($"/v1/cards/{card}", UriKind.Relative), TestContext.Current.CancellationToken))!;
            Assert.Equal(2, profile["transactionCount"]!.GetValue<int>());
            Assert.True(await local.TerminateAsync() == 0, local.Output);
        }
    }

    private static async Task AssertDecidesAsync(LocalProcess local, string card, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/transactions", UriKind.Relative))
        {
            Content = JsonContent.Create(new { id, cardId = card, amount = 12.5 }), Headers = { { "Prefer", "wait=30" } },
        };
        using var response = await local.Http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{(int)response.StatusCode} {text}\n{local.Output}");
        var decision = JsonNode.Parse(text)!;
        Assert.Equal((id, card, "approve"), (decision["transactionId"]!.GetValue<string>(), decision["cardId"]!.GetValue<string>(), decision["outcome"]!.GetValue<string>()));
        Assert.StartsWith("transactions:", decision["position"]!.GetValue<string>(), StringComparison.Ordinal);
    }
}
