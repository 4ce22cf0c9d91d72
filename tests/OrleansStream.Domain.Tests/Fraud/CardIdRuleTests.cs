using CsCheck;
using OrleansStream.Domain.Fraud;

namespace OrleansStream.Domain.Tests.Fraud;

public sealed class CardIdRuleTests
{
    [Theory]
    [InlineData("4111111111111111", true)]
    [InlineData("4111-1111-1111-1111", true)]
    [InlineData("4111.1111.1111.1111", true)]
    [InlineData("4111:1111:1111:1111", true)]
    [InlineData("4111_1111_1111_1111", true)]
    [InlineData("4111 1111 1111 1111", true)]
    [InlineData("378282246310005", true)] // American Express's test number, 15 digits
    [InlineData("4222222222222", true)] // 13 digits
    [InlineData("6304000000000000000", true)] // 19 digits
    [InlineData("4111111111111112", false)]
    [InlineData("411111111116", false)] // 12 digits, valid check digit
    [InlineData("card-4111", false)]
    [InlineData("", false)]
    public void IsAPan_WhenThirteenToNineteenDigitsPassLuhn(string cardId, bool expected) =>
        Assert.Equal(expected, CardIdRule.IsPan(cardId));

    [Theory]
    [InlineData("a", true)]
    [InlineData("Card_42.x:y-z", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("kärte", false)]
    [InlineData("a\n", false)]
    [InlineData("a/b", false)]
    public void IsWellFormed_WhenCharactersAreAllowed(string cardId, bool expected) =>
        Assert.Equal(expected, CardIdRule.IsWellFormed(cardId));

    [Fact]
    public void IsWellFormed_WhenUpTo128Characters()
    {
        Assert.True(CardIdRule.IsWellFormed(new string('a', 128)));
        Assert.False(CardIdRule.IsWellFormed(new string('a', 129)));
    }

    [Fact]
    public void HasExactlyOneCheckDigit_WhenDigitsAreRandom() => Gen.Char['0', '9'].Array[12, 18].Sample(digits =>
        Assert.Single(Enumerable.Range(0, 10), check => CardIdRule.IsPan($"{new string(digits)}{check}")));
}
