using OrleansStream.Gateway.Tests.Generic;
using OrleansStream.Gateway.Tests.Harness;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Tests.CloudEvents;

/// <summary>What the log keeps of a CloudEvent.</summary>
public sealed class RecordHeadersTests(AccountHost host) : IClassFixture<AccountHost>
{
    private const string Body =
        """{"specversion":"1.0","id":"e-1","source":"https://bank.example/a b","type":"t","subject":"s","time":"2020-02-03T04:05:06Z","count":5,"oskind":"timer-due","data":{"accountNumber":"a","amount":1}}""";

    [Fact]
    public async Task KeepsAttributesAsHeadersAndDataAsItCame_WhenOneIsTaken()
    {
        (await host.Api.PostAsync(Body, "application/cloudevents+json")).Expect(202);
        var record = Assert.Single(host.Log.Last);
        Assert.Equal(("https://bank.example/a b", "e-1", "a"), (record.Source, record.Id, record.Key));
        Assert.Equal("""{"accountNumber":"a","amount":1}""", System.Text.Encoding.UTF8.GetString(record.Value.Span));
        Assert.Equal(new DateTimeOffset(2020, 2, 3, 4, 5, 6, TimeSpan.Zero), record.Time);
        string[] names = ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "ce_count"];
        Assert.Equal(["1.0", "e-1", "https://bank.example/a b", "t", "s", "2020-02-03T04:05:06Z", "5"], names.Select(record.Header));
        Assert.Equal("application/json", record.Header("content-type"));
    }

    [Fact]
    public async Task HasNoHeaderOfTheEngine_WhenAttributesAreNamedLikeOne()
    {
        (await host.Api.PostAsync(Body.Replace("e-1", Given.Id("e"), StringComparison.Ordinal), "application/cloudevents+json")).Expect(202);
        Assert.DoesNotContain(Assert.Single(host.Log.Last).Headers, h => h.Key.StartsWith("os-", StringComparison.Ordinal));
        Assert.Null(host.Log.Last[0].Header(LogHeaders.Kind));
    }

    [Fact]
    public async Task HasNone_WhenARecordIsPlainJsonWithSuchHeaders()
    {
        var content = new StringContent("""{"accountNumber":"a","amount":1}""", System.Text.Encoding.UTF8, "application/json");
        (await host.Api.PostAsync(content, null, (LogHeaders.Kind, LogHeaders.TimerDue), ("os-redrive-of", "x"))).Expect(202);
        Assert.DoesNotContain(Assert.Single(host.Log.Last).Headers, h => h.Key.StartsWith("os-", StringComparison.Ordinal));
    }
}
