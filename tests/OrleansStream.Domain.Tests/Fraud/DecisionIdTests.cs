using OrleansStream.Domain.Fraud;

namespace OrleansStream.Domain.Tests.Fraud;

public sealed class DecisionIdTests
{
    [Fact]
    public void StaysWhatItIs_WhenVersionsChange() =>
        Assert.Equal("d-1017d26a58fe423d010fe66c9981266f", DecisionId.For("card-42", "gateway", "tx-1"));

    [Fact]
    public void Differs_WhenPartsAreCutElsewhere()
    {
        string[] ids = [DecisionId.For("a", "b", "c"), DecisionId.For("ab", "", "c"), DecisionId.For("a", "bc", ""), DecisionId.For("c", "b", "a")];
        Assert.Equal(4, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^d-[0-9a-f]{32}$", id));
    }
}
