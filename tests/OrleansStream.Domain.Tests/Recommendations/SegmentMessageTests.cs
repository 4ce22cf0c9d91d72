using System.Text;
using OrleansStream.Domain.Recommendations.Segment;
using OrleansStream.Domain.Recommendations.Users;

namespace OrleansStream.Domain.Tests.Recommendations;

public sealed class SegmentMessageTests
{
    private static readonly DateTimeOffset Received = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void IsAView_WhenAProductIsViewed()
    {
        var read = Read("""{"type":"track","userId":"u-1","messageId":"m-1","event":"Product Viewed","timestamp":"2026-11-22T09:59:00Z","properties":{"product_id":507,"category":" Shoes "}}""");
        Assert.Empty(read.Errors);
        Assert.Equal(("u-1", ShopAction.View, Received.AddMinutes(-1), "m-1"), (read.Event!.UserId, read.Event.Action, read.Event.Time, read.MessageId));
        Assert.Equal([new ShopItem("507", "Shoes")], read.Event.Items);
    }

    [Theory]
    [InlineData("Product Clicked", ShopAction.Click)]
    [InlineData("Product Added", ShopAction.Add)]
    [InlineData("Product Removed", ShopAction.Remove)]
    [InlineData("product_viewed", ShopAction.View)]
    [InlineData("Products Searched", ShopAction.Other)]
    [InlineData("Something else", ShopAction.Other)]
    public void IsKnown_WhenTheEventIsOfTheSpec(string name, ShopAction action) =>
        Assert.Equal(action, Read($$$"""{"type":"track","anonymousId":"a","event":"{{{name}}}","properties":{"product_id":"p"}}""").Event!.Action);

    [Fact]
    public void HasAllProducts_WhenAnOrderIsCompleted() =>
        Assert.Equal(["p", "q"], Read("""{"type":"track","userId":"u","event":"Order Completed","properties":{"products":[{"product_id":"p"},{"product_id":"q","category":"c"},{"name":"none"}]}}""").Event!.Items.Select(i => i.Id));

    /// <summary>Segment's rule: timestamp = receivedAt − (sentAt − originalTimestamp).</summary>
    [Theory]
    [InlineData("2026-11-22T12:59:00Z", "2026-11-22T13:00:00Z", "2026-11-22T09:59:00Z")]
    [InlineData("2020-01-01T00:00:00Z", "2020-01-01T00:00:10Z", "2026-11-22T09:59:50Z")]
    [InlineData("2026-11-22T09:59:00Z", "not a time", "2026-11-22T09:59:00Z")]
    public void IsMovedByTheSendersClock_WhenItSaysWhenItSent(string timestamp, string sentAt, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture),
            Read($$$"""{"type":"track","userId":"u","event":"Product Viewed","timestamp":"{{{timestamp}}}","sentAt":"{{{sentAt}}}","properties":{"product_id":"p"}}""").Event!.Time);

    [Fact]
    public void Joins_WhenAVisitorIsIdentified()
    {
        var identify = Read("""{"type":"identify","userId":"u","anonymousId":"a"}""").Event!;
        var alias = Read("""{"type":"alias","userId":"u","previousId":"a"}""").Event!;
        Assert.All((ShopEvent[])[identify, alias], e => Assert.Equal(("a", ShopAction.Identify, "u"), (e.UserId, e.Action, e.Target)));
        Assert.Equal(ShopAction.Other, Read("""{"type":"identify","userId":"u"}""").Event!.Action);
    }

    [Theory]
    [InlineData(""","context":{"user_consent":false}""", false)]
    [InlineData(""","properties":{"user_consent":false,"product_id":"p"}""", false)]
    [InlineData(""","context":{"consent":{"categoryPreferences":{"Advertising":false,"Functional":false}}}""", false)]
    [InlineData(""","context":{"consent":{"categoryPreferences":{"Advertising":false,"Functional":true}}}""", true)]
    [InlineData(""","context":{"ip":"8.8.8.8"}""", true)]
    public void SaysWhetherTheVisitorConsents_WhenTheMessageDoes(string more, bool consents) => Assert.Equal(consents, Read($$$"""{"type":"page","userId":"u"{{{more}}}}""").Consents);

    [Theory]
    [InlineData("""{"type":"track","userId":"u","properties":{"product_id":"p"}}""", "missing-field")]
    [InlineData("""{"type":"track","event":"Product Viewed","properties":{"product_id":"p"}}""", "missing-field")]
    [InlineData("""{"type":"track","userId":"u","event":"Product Viewed"}""", "missing-field")]
    [InlineData("""{"type":"track","userId":"u","event":"Order Completed","properties":{"products":[]}}""", "missing-field")]
    [InlineData("""{"type":"alias","userId":"u"}""", "missing-field")]
    [InlineData("""{"type":"nothing","userId":"u"}""", "invalid-type")]
    [InlineData("""{"userId":"u"}""", "invalid-type")]
    [InlineData("""{"type":"page","userId":"\u0007"}""", "invalid-user-id")]
    [InlineData("""{"type":"page","userId":"\udc00"}""", "invalid-type")]
    [InlineData("""{"type":"page","\udc00":"u"}""", "malformed-json")]
    [InlineData("""{"type":"page","userId":"u","timestamp":"2026-11-22T10:06:00Z"}""", "time-in-future")]
    [InlineData("""{"type":"page","userId":"u","timestamp":"soon"}""", "invalid-time")]
    [InlineData("""{"type":"track","userId":"u","event":"Product Viewed","properties":{"product_id":"\u0000"}}""", "invalid-product-id")]
    [InlineData("""nothing""", "malformed-json")]
    [InlineData("""[]""", "not-an-object")]
    public void SaysWhatIsWrong_WhenAMessageIsNot(string json, string code) => Assert.Equal(code, Read(json).Errors[0].Code);

    private static SegmentReading Read(string json) => SegmentMessage.Read(Encoding.UTF8.GetBytes(json), new SegmentContext(null, Received, null, TimeSpan.FromMinutes(5)));
}
