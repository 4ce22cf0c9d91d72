using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using OpenTelemetry;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Telemetry;

/// <summary>One trace of one event: from the request that hands it in through the log and its key to the client that is told of the decision.</summary>
public sealed class TracingTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task IsOneTraceFromIngestToPush_AcrossProcesses()
    {
        Assert.SkipWhen(ProductCluster.Missing is not null, ProductCluster.Missing ?? "");
        await using var collector = await TraceCollector.StartAsync();
        await using var cluster = await ProductCluster.StartAsync(silos: 1, gateways: 1, collector.Variables("silo"), collector.Variables("gateway"));
        var gateway = cluster.Gateways[0].Http;
        string trace = ActivityTraceId.CreateRandom().ToHexString(), card = $"traced-{trace[..8]}";
        using var listener = await EventReader.OpenAsync(gateway, $"/v1/decisions/stream?cardId={card}");

        string[] position = (await PostAsync(gateway, card, trace)).Split(':');

        Assert.Contains(card, await listener.NextAsync("decision"), StringComparison.Ordinal);
        Assert.Contains(trace, TraceOf(cluster.Kafka, position[0], int.Parse(position[1], null), long.Parse(position[2], null)), StringComparison.Ordinal);
        var spans = await collector.UntilAsync(trace, s => s.Any(x => x.Span.Name == "push decisions"), Limit, () => cluster.Output);
        Assert.Contains(spans, s => s.Service == "gateway" && s.Span.Name.StartsWith("POST", StringComparison.Ordinal));
        var processed = spans.Single(s => s.Span.Name == "process transactions");
        Assert.Equal("silo", processed.Service);
        var pushed = spans.First(s => s.Span.Name == "push decisions");
        Assert.Equal(("gateway", processed.Span.SpanId), (pushed.Service, pushed.Span.ParentSpanId));
    }

    [Fact]
    public async Task IsOneTraceFromIngestToPush_InOneProcess()
    {
        await using var local = await InProcessLocal.StartAsync();
        string trace = ActivityTraceId.CreateRandom().ToHexString(), card = $"traced-{trace[..8]}";
        using var listener = await EventReader.OpenAsync(local.Http, $"/v1/decisions/stream?cardId={card}");

        // This client is in the instrumented process, too, and would be given a trace of its own.
        using (SuppressInstrumentationScope.Begin()) await PostAsync(local.Http, card, trace);

        Assert.Contains(card, await listener.NextAsync("decision"), StringComparison.Ordinal);
        var spans = await local.UntilAsync(trace, s => s.Any(x => x.DisplayName == "push decisions"), Limit);
        var ingested = spans.Single(s => s.DisplayName.StartsWith("POST", StringComparison.Ordinal));
        var processed = spans.Single(s => s.DisplayName == "process transactions");
        var pushed = spans.First(s => s.DisplayName == "push decisions");
        Assert.Equal((ingested.SpanId, processed.SpanId), (processed.ParentSpanId, pushed.ParentSpanId));
        Assert.Equal("transactions", processed.GetTagItem("messaging.destination.name"));
    }

    /// <returns>The position.</returns>
    private static async Task<string> PostAsync(HttpClient gateway, string card, string trace)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/transactions", UriKind.Relative))
        {
            Content = JsonContent.Create(new { id = $"{card}-1", cardId = card, amount = 12.5 }), Headers = { { "traceparent", $"00-{trace}-b7ad6b7169203331-01" } },
        };
        using var response = await gateway.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!["position"]!.GetValue<string>();
    }

    private static string TraceOf(string kafka, string topic, int partition, long offset)
    {
        using var consumer = new ConsumerBuilder<string, string>(new ConsumerConfig { BootstrapServers = kafka, GroupId = "headers", EnableAutoCommit = false }).Build();
        consumer.Assign(new TopicPartitionOffset(topic, partition, offset));
        return Encoding.UTF8.GetString(consumer.Consume(Limit).Message.Headers.GetLastBytes("traceparent"));
    }
}
