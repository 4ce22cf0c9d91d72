using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Cluster;

/// <summary>Clients of Kafka that know nothing of the product, on both of its ends.</summary>
[Collection(nameof(SmallClusters))]
public sealed class ForeignClientTests(SmallClusters shared)
{
    private const int Cards = 7, PerCard = 20;
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task DecidesInTheirOrder_WhenAPlainProducerWritesTransactions()
    {
        Assert.SkipWhen(ProductCluster.Missing is not null, ProductCluster.Missing ?? "");
        var cluster = await shared.OneSiloAsync();
        string run = $"plain{Guid.NewGuid():N}"[..16];
        // librdkafka's partitioner that places keys as the Java client does.
        using (var producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = cluster.Kafka, Partitioner = Partitioner.Murmur2Random }).Build())
        {
            for (int i = 0; i < Cards * PerCard; i++)
            {
                string card = $"{run}-{i % Cards}";
                producer.Produce("transactions", new Message<string, string> { Key = card, Value = $$"""{"id":"{{card}}-{{i / Cards:d2}}","cardId":"{{card}}","amount":{{i + 1}}}""" });
            }
            Assert.Equal(0, producer.Flush(Limit));
        }
        for (int c = 0; c < Cards; c++)
        {
            string card = $"{run}-{c}";
            var decided = await DecidedAsync(cluster, card);
            // Newest first.
            Assert.Equal(Enumerable.Range(0, PerCard).Reverse().Select(i => $"{card}-{i:d2}"), decided);
        }
    }

    /// <summary>No silo is needed for it.</summary>
    [Fact]
    public async Task FindsACloudEventWithKeyAndHeaders_WhenAPlainConsumerReadsWhatAGatewayTook()
    {
        Assert.SkipWhen(ProductCluster.Missing is not null, ProductCluster.Missing ?? "");
        var cluster = await shared.NoSiloAsync();
        string id = $"tx{Guid.NewGuid():N}";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/transactions", UriKind.Relative))
        {
            Content = JsonContent.Create(new { id, cardId = "card-42", amount = 129.95, time = "2026-11-22T10:00:00Z" }), Headers = { { "traceparent", $"00-{Trace}-b7ad6b7169203331-01" } },
        };
        using var response = await cluster.Gateways[0].Http.SendAsync(request, TestContext.Current.CancellationToken);
        string[] position = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["position"]!.GetValue<string>().Split(':');

        using var consumer = new ConsumerBuilder<string, string>(new ConsumerConfig { BootstrapServers = cluster.Kafka, GroupId = "plain", EnableAutoCommit = false }).Build();
        consumer.Assign(new TopicPartitionOffset(position[0], int.Parse(position[1], null), long.Parse(position[2], null)));
        var message = consumer.Consume(Limit).Message;
        Assert.Equal("card-42", message.Key);
        var data = JsonNode.Parse(message.Value)!;
        Assert.Equal((id, "card-42", 129.95), (data["id"]!.GetValue<string>(), data["cardId"]!.GetValue<string>(), data["amount"]!.GetValue<double>()));
        var headers = message.Headers.ToLookup(h => h.Key, h => Encoding.UTF8.GetString(h.GetValueBytes()));
        Assert.Equal(("1.0", id, "application/json"), (headers["ce_specversion"].Single(), headers["ce_id"].Single(), headers["content-type"].Single()));
        Assert.NotEmpty(headers["ce_source"].Single());
        Assert.NotEmpty(headers["ce_type"].Single());
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero), DateTimeOffset.Parse(headers["ce_time"].Single(), null));
        Assert.Contains(Trace, headers["traceparent"].Single(), StringComparison.Ordinal);
    }

    private static async Task<List<string>> DecidedAsync(ProductCluster cluster, string card)
    {
        for (long started = Environment.TickCount64; ; await Task.Delay(100))
        {
            using var response = await cluster.Gateways[0].Http.GetAsync(new Uri($"/v1/cards/{card}/decisions?limit={PerCard + 1}", UriKind.Relative));
            string text = await response.Content.ReadAsStringAsync();
            if (response.IsSuccessStatusCode && JsonNode.Parse(text)!["items"]!.AsArray() is { Count: >= PerCard } items) return [.. items.Select(d => d!["transactionId"]!.GetValue<string>())];
            Assert.True(Environment.TickCount64 - started < Limit.TotalMilliseconds, $"{card}: {(int)response.StatusCode} {text}\n{cluster.Output}");
        }
    }
}
