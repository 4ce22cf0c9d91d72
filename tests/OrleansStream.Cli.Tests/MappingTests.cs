using System.Text;
using OrleansStream.Cli.Sending.Mapping;
using OrleansStream.Cli.Sending.Reading;

namespace OrleansStream.Cli.Tests;

public sealed class MappingTests
{
    [Theory]
    [InlineData("1577837011", "2020-01-01T00:03:31Z")]
    [InlineData("1577837011.25", "2020-01-01T00:03:31.25Z")]
    [InlineData("1577837011250", "2020-01-01T00:03:31.25Z")]
    [InlineData("-1", "1969-12-31T23:59:59Z")]
    [InlineData("2020-01-01 00:03:31", "2020-01-01T00:03:31Z")]
    [InlineData("2020-01-01T00:03:31", "2020-01-01T00:03:31Z")]
    [InlineData("2020-01-01T00:03:31+02:00", "2020-01-01T00:03:31+02:00")]
    [InlineData("99999999999999999999", "99999999999999999999")]
    [InlineData("yesterday", "yesterday")]
    public void TimeBecomesRfc3339_WhenItsFormIsKnown(string text, string expected) => Assert.Equal(expected, TimeText.ToRfc3339(text));

    [Theory]
    [InlineData("4111111111111111", true)]
    [InlineData("4111 1111-1111 1111", true)]
    [InlineData("411111111111", true)]
    [InlineData("4111111111111111111", true)]
    [InlineData("41111111111", false)]
    [InlineData("41111111111111111111", false)]
    [InlineData("card-4111111111111111", false)]
    public void CardNumberBecomesAToken_WhenItIsOne(string text, bool isNumber)
    {
        var token = CardToken.Of(text);
        Assert.Equal(isNumber, token != text);
        Assert.True(!isNumber || token.StartsWith("card-", StringComparison.Ordinal));
    }

    [Fact]
    public void CardTokenIsTheHashOfItsDigits_WhenWrittenWithSpaces()
    {
        // SHA-256 of the 16 ASCII digits.
        Assert.Equal("card-9bbef19476623ca5", CardToken.Of("4111111111111111"));
        Assert.Equal(CardToken.Of("4111111111111111"), CardToken.Of("4111 1111 1111 1111"));
    }

    [Theory]
    [InlineData("fraud_Lind, Huel and McClure", "fraud_lind-huel-and-mcclure")]
    [InlineData("  Café  ", "m-")]
    [InlineData("...", "m-")]
    public void SlugIsPlain_WhenTheNameIs(string name, string start) => Assert.StartsWith(start, Slug.Of(name), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"a":1}""", """{"id":"x","a":1}""")]
    [InlineData("""{ }""", """{"id":"x" }""")]
    [InlineData("""{"a":1,"id":null,"b":[{"id":2}]}""", """{"a":1,"id":"x","b":[{"id":2}]}""")]
    [InlineData("""{"id":"","a":1}""", """{"id":"x","a":1}""")]
    [InlineData("""{"a":{"id":7}}""", """{"id":"x","a":{"id":7}}""")]
    public void IdIsAdded_WhenTheObjectHasNone(string line, string expected)
    {
        Assert.True(JsonLine.TryRead(Encoding.UTF8.GetBytes(line), "cardId", out var json, out _));
        Assert.False(json.HasId);
        Assert.Equal(expected, Encoding.UTF8.GetString(json.WithId("x").Span));
    }

    [Theory]
    [InlineData("""{"a":1""")]
    [InlineData("""{"a":1} {"b":2}""")]
    [InlineData("""17""")]
    [InlineData("""{"a":NaN}""")]
    public void LineIsRefused_WhenItIsNotOneObject(string line)
    {
        Assert.False(JsonLine.TryRead(Encoding.UTF8.GetBytes(line), "cardId", out _, out var problem));
        Assert.NotEmpty(problem!);
    }

    [Fact]
    public void KeyIsTheTopLevelOne_WhenNestedOnesHaveItsName()
    {
        Assert.True(JsonLine.TryRead("""{"a":{"cardId":"no"},"cardId":"y\u0065s","id":7}"""u8.ToArray(), "cardId", out var json, out _));
        Assert.Equal("yes", json.Key);
        Assert.True(json.HasId);
    }
}
