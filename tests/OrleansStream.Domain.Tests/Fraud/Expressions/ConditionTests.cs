using CsCheck;
using OrleansStream.Domain.Fraud;
using OrleansStream.Domain.Fraud.Expressions;
using static OrleansStream.Domain.Tests.Fraud.Samples;

namespace OrleansStream.Domain.Tests.Fraud.Expressions;

public sealed class ConditionTests
{
    // Amount 250, category 7995, channel pos, country IN, hour 12.
    private static readonly FraudInputs Inputs = Decide(
        CardProfile.Empty,
        Transaction(amount: 250) with { Merchant = new Merchant { Id = "m-7", Category = "7995" }, Country = "IN" }).Decision.Inputs!;

    [Theory]
    [InlineData("amount > 100", true)]
    [InlineData("amount > 100 && hour < 6", false)]
    [InlineData("amount > 100 || hour < 6", true)]
    [InlineData("not (amount > 100) or category == '7995'", true)]
    [InlineData("category in ['5411', \"7995\"] and channel == 'POS'", true)]
    [InlineData("merchant.category in ['5411']", false)]
    [InlineData("hour in [11, 12]", true)]
    [InlineData("amount - 2 * 100 == 50", true)]
    [InlineData("(amount - 2) * 100 == 24800", true)]
    [InlineData("-amount < -249.5 && amount % 100 == 50", true)]
    [InlineData("min(amount, 10) == 10 && max(abs(0 - 3), 2) == 3", true)]
    [InlineData("startsWith(merchantId, 'M-') && !contains(country, 'X')", true)]
    [InlineData("deviceId == ''", true)]
    [InlineData("1 / 0 > 5", true)]
    [InlineData("true && !false", true)]
    public void IsTrueOrNot_WhenItIsACondition(string text, bool expected) => Assert.Equal(expected, Condition.Parse(text).Truth(Inputs));

    [Theory]
    [InlineData("", "At the end a value is missing.")]
    [InlineData("amount", "At 1 a condition is needed, and there is a number.")]
    [InlineData("amount > 'a'", "At 8 a number is needed, and there is a text.")]
    [InlineData("category > 'a'", "'>' at 10 compares numbers.")]
    [InlineData("amnt > 1", "'amnt' at 1 is no feature and no field.")]
    [InlineData("system('rm') == 1", "'system' at 1 is no function.")]
    [InlineData("amount > 1 hour", "At 12 the end is needed.")]
    [InlineData("category == 'x", "The text that begins at 13 does not end.")]
    [InlineData("amount > 1; 2", "';' at 11 means nothing here.")]
    [InlineData("category in [1]", "At 14 a text is needed, and there is a number.")]
    [InlineData("amount > 1..2", "'1..2' at 10 is no number.")]
    [InlineData("(amount > 1", "At the end ')' is missing.")]
    public void SaysWhatAndWhere_WhenItCannotBeRead(string text, string expected) =>
        Assert.Equal(expected, Assert.Throws<ConditionException>(() => Condition.Parse(text)).Message);

    [Fact]
    public void IsRefused_WhenItIsTooLongTooManyOrTooDeep()
    {
        Assert.Contains("longer", Refuse(new string(' ', 2_001)));
        Assert.Contains("parts", Refuse(string.Join("||", Enumerable.Repeat("hour<1", 90))));
        Assert.Contains("deeper", Refuse(new string('(', 500) + "true" + new string(')', 500)));
        Assert.Contains("deeper", Refuse(new string('!', 500) + "true"));
        Assert.Contains("deeper", Refuse("1 < " + new string('-', 500) + "1"));
    }

    /// <summary>Whatever is written, it is read or refused: nothing else is thrown, and evaluation ends.</summary>
    [Fact]
    public void IsReadOrRefused_WhateverIsWritten()
    {
        string[] parts = ["amount", "category", "1", "'a'", "(", ")", "[", "]", ",", "&&", "||", "!", "<", "==", "in", "min", "+", "-", "*", "/", "%", "true", " "];
        Gen.Int[0, parts.Length - 1].Select(part => parts[part]).Array[0, 40].Select(string.Concat).Sample(text =>
        {
            try
            {
                Condition.Parse(text).Truth(Inputs);
            }
            catch (ConditionException)
            {
            }
        });
    }

    private static string Refuse(string text) => Assert.Throws<ConditionException>(() => Condition.Parse(text)).Message;
}
