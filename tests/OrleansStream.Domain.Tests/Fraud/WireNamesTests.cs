using System.Text.RegularExpressions;
using OrleansStream.Domain.Fraud;

namespace OrleansStream.Domain.Tests.Fraud;

public sealed class WireNamesTests
{
    [Fact]
    public void IsUpperSnakeOfTheName_WhenItIsAReason() => Assert.All(
        Enum.GetValues<ReasonCode>().Except([ReasonCode.Custom]),
        code => Assert.Equal(Regex.Replace($"{code}", "(?<=[a-z])(?=[A-Z])", "_").ToUpperInvariant(), code.ToCode()));

    [Fact]
    public void IsLowerCase_WhenItIsAnotherEnum()
    {
        Assert.Equal(["approve", "review", "decline"], Enum.GetValues<Outcome>().Select(outcome => outcome.ToWireName()));
        Assert.Equal(["pos", "ecommerce", "atm", "transfer"], Enum.GetValues<Channel>().Select(channel => channel.ToWireName()));
        Assert.Equal(["approved", "declined"], Enum.GetValues<Authorization>().Select(answer => answer.ToWireName()));
    }
}
