using System.Text;
using OrleansStream.Domain.Recommendations.Users;

namespace OrleansStream.Domain.Tests.Recommendations;

public sealed class ShopEventJsonTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void IsAViewNow_WhenAnEventSaysNoMore()
    {
        var read = Read("""{"itemId":17}""", "u");
        Assert.Equal(("u", ShopAction.View, Noon), (read.Event!.UserId, read.Event.Action, read.Event.Time));
        Assert.Equal([new ShopItem("17", null)], read.Event.Items);
        Assert.Null(read.Id);
    }

    [Fact]
    public void TakesWhatTheEventSays_BeforeWhatIsAround()
    {
        var read = Read("""{"id":"e1","userId":"v","action":"add","itemId":"i","category":" c ","time":"2026-11-22T12:00:00+01:00","hops":5}""", "u");
        Assert.Equal(("e1", "v", ShopAction.Add, Noon.AddHours(-1)), (read.Id, read.Event!.UserId, read.Event.Action, read.Event.Time));
        Assert.Equal([new ShopItem("i", "c")], read.Event.Items);
        Assert.Equal(0, read.Event.Hops);
    }

    [Fact]
    public void TakesAHundredItems_WhenAnOrderHasMore()
    {
        string items = string.Join(',', Enumerable.Range(0, 101).Select(i => $$"""{"itemId":"i{{i}}"}"""));
        var read = Read($$"""{"userId":"u","action":"order","items":[7,{{items}}]}""");
        Assert.Equal(Enumerable.Range(0, ShopEventJson.MaxItems - 1).Select(i => $"i{i}"), read.Event!.Items.Select(i => i.Id));
    }

    [Theory]
    [InlineData("""{"itemId":"i"}""", "missing-field")]
    [InlineData("""{"userId":"a\nb","itemId":"i"}""", "invalid-user-id")]
    [InlineData("""{"userId":"u"}""", "missing-field")]
    [InlineData("""{"userId":"u","itemId":"a\tb"}""", "invalid-item-id", "missing-field")]
    [InlineData("""{"userId":"u","itemId":"i","action":"buy"}""", "invalid-action")]
    [InlineData("""{"userId":"u","itemId":"i","action":"join"}""", "invalid-action")]
    [InlineData("""{"userId":"u","itemId":"i","time":"noon"}""", "invalid-time")]
    [InlineData("""{"userId":"u","itemId":"i","time":"2026-11-22T12:05:01Z"}""", "time-in-future")]
    [InlineData("""{"userId":"u","action":"identify"}""", "missing-field")]
    [InlineData("""{"userId":"u","itemId":{}}""", "invalid-type", "missing-field")]
    [InlineData("""{"userId":"u","itemId":"\udc00"}""", "invalid-type", "missing-field")]
    [InlineData("[]", "not-an-object")]
    [InlineData("{", "malformed-json")]
    public void SaysAllThatIsWrong_WhenAnEventIsNone(string json, params string[] codes)
    {
        var read = Read(json);
        Assert.Null(read.Event);
        Assert.Equal(codes.Order(), read.Errors.Select(e => e.Code).Order());
    }

    [Fact]
    public void RefusesATextThatIsTooLong()
    {
        Assert.Empty(Read($$"""{"userId":"{{new string('u', 256)}}","itemId":"i"}""").Errors);
        Assert.Contains(Read($$"""{"userId":"{{new string('u', 257)}}","itemId":"i"}""").Errors, e => e.Code == "field-too-long");
    }

    [Fact]
    public void RefusesBytesThatAreNoUtf8() => Assert.Equal("invalid-utf8", Assert.Single(ShopEventJson.Read([0xC3], "u", Noon, Noon).Errors).Code);

    [Theory]
    [InlineData("""{"userId":"u","action":"join"}""")]
    [InlineData("""{"userId":"u","action":"join","handOver":null}""")]
    [InlineData("""{"userId":"u","action":"join","handOver":7}""")]
    public void RefusesAJoin_WhenTheLogHandsNothingOver(string json) =>
        Assert.Equal("invalid-hand-over", Assert.Single(ShopEventJson.Read(Encoding.UTF8.GetBytes(json), null, Noon, null).Errors).Code);

    [Fact]
    public void IsTheSame_WhenItIsWrittenAndReadFromTheLog()
    {
        var visit = new Visit("s", Noon, Noon.AddSeconds(5), [new("a", "c", ShopAction.Add, Noon)]);
        var join = new ShopEvent
        {
            UserId = "u", Action = ShopAction.Join, Time = Noon, Hops = 2,
            HandOver = new HandOver("anon", visit, ["b"], [new Liking("c", 1.5)], new ActionCounts(1, 2, 3, 4, 5), 6, Noon.AddDays(-1)),
        };
        var order = new ShopEvent { UserId = "u", Action = ShopAction.Order, Time = Noon, Items = [new("a", null), new("b", "c")] };
        Assert.Equivalent(join, ReadBack(join), strict: true);
        Assert.Equivalent(order, ReadBack(order), strict: true);
    }

    private static ShopEvent? ReadBack(ShopEvent written) => ShopEventJson.Read(ShopEventJson.Write(written), null, default, null).Event;

    private static ShopEventReading Read(string json, string? user = null) => ShopEventJson.Read(Encoding.UTF8.GetBytes(json), user, Noon, Noon.AddMinutes(5));
}
