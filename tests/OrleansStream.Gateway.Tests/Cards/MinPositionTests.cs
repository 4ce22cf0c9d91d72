using System.Diagnostics;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Cards;

/// <summary>Read your writes.</summary>
public sealed class MinPositionTests(LocalGateway gateway)
{
    private const string Header = "Min-Position";
    private readonly Api _api = gateway.Api;

    [Fact]
    public async Task ShowsTheWrite_WhenAQueryFollowsAtOnce()
    {
        for (int i = 0; i < 30; i++)
        {
            string card = Given.Card();
            var written = (await _api.PostAsync(Given.Transaction(card))).Expect(202);
            var profile = (await _api.GetAsync($"/v1/cards/{card}", (Header, written.Position))).Expect(200);
            Assert.Equal(1, profile.Json.GetProperty("transactionCount").GetInt32());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ShowsAllWrites_WhenAQueryNamesSeveral(bool oneHeader)
    {
        string card = Given.Card();
        var positions = new List<string>();
        foreach (string other in new[] { card, Given.Card(), Given.Card(), Given.Card(), Given.Card(), card })
            positions.Add((await _api.PostAsync(Given.Transaction(other))).Expect(202).Position);
        var headers = oneHeader ? [(Header, string.Join(", ", positions))] : positions.Select(p => (Header, p)).ToArray();
        Assert.Equal(2, (await _api.GetAsync($"/v1/cards/{card}", headers)).Expect(200).Json.GetProperty("transactionCount").GetInt32());
    }

    [Fact]
    public async Task WaitsForTheOtherCard_WhenThePositionIsInAnotherPartition()
    {
        string card = Given.Card();
        string mine = (await _api.DecideAsync(Given.Transaction(card))).Position, theirs = mine;
        while (Partition(theirs) == Partition(mine)) theirs = (await _api.PostAsync(Given.Transaction())).Expect(202).Position;
        (await _api.GetAsync($"/v1/cards/{card}", (Header, theirs))).Expect(200);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("transactions:0")]
    [InlineData("transactions:0:x")]
    [InlineData("transactions:0:-1")]
    [InlineData("transactions:0:1:2")]
    [InlineData("transactions:0:99999999999999999999")]
    [InlineData("transactions:-1:0")]
    [InlineData("transactions:4:0")]
    [InlineData("transactions:99999999999:0")]
    [InlineData("decisions:0:0")]
    [InlineData("nowhere:0:0")]
    [InlineData(":0:0")]
    [InlineData("transactions:0:0,nonsense")]
    [InlineData("*")]
    public async Task RefusesWith400_WhenThePositionIs(string position)
    {
        foreach (string path in new[] { "", "/decisions", "/decisions/tx" })
            (await _api.GetAsync($"/v1/cards/{Given.Card()}{path}", (Header, position))).Expect(400, "invalid-position");
    }

    [Theory]
    [InlineData("wait=0.2")]
    [InlineData("wait=0")]
    public async Task Answers504InTime_WhenThePositionIsNotReached(string prefer)
    {
        var written = await _api.DecideAsync(Given.Transaction());
        string ahead = $"transactions:{Partition(written.Position)}:{long.MaxValue}";
        long started = Stopwatch.GetTimestamp();
        (await _api.GetAsync($"/v1/cards/{written.Member("cardId")}", (Header, ahead), ("Prefer", prefer))).Expect(504, "position-not-reached");
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task AnswersWithoutWaiting_WhenThePositionIsLongReached()
    {
        var first = await _api.DecideAsync(Given.Transaction());
        await _api.DecideAsync(Given.Transaction(first.Member("cardId")));
        (await _api.GetAsync($"/v1/cards/{first.Member("cardId")}", (Header, first.Position), ("Prefer", "wait=0"))).Expect(200);
    }

    private static string Partition(string position) => position.Split(':')[1];
}
