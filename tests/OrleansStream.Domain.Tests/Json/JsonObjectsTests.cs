using System.Text;
using OrleansStream.Domain.Json;

namespace OrleansStream.Domain.Tests.Json;

public sealed class JsonObjectsTests
{
    [Theory]
    [InlineData("[]", "not-an-object")]
    [InlineData("null", "not-an-object")]
    [InlineData("", "malformed-json")]
    [InlineData("{\"id\":\"a\"", "malformed-json")]
    [InlineData("{\"id\":\"a\"} {}", "malformed-json")]
    [InlineData("{\"id\":\"a\",\"\\ud800\":1}", "malformed-json")]
    public void IsRefusedWithACode_WhatIsNoObjectOfTexts(string json, string code) => Assert.Equal(code, Read(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void IsRefused_WhenBytesAreNoUtf8() => Assert.Equal("invalid-utf8", Read([.. "{\"id\":\""u8, 0xFF, .. "\"}"u8]));

    [Fact]
    public void IsRefused_WhenItIsDeeperThanARecordMayBe()
    {
        Assert.Equal("a", Read(Deep(JsonFieldReader.DeepestLevel - 1)));
        Assert.Equal("malformed-json", Read(Deep(JsonFieldReader.DeepestLevel)));

        static byte[] Deep(int arrays) => Encoding.UTF8.GetBytes($"{{\"deep\":{new string('[', arrays)}{new string(']', arrays)},\"id\":\"a\"}}");
    }

    [Fact]
    public void SaysWhatItIsAndWhere_WhenItCannotBeRead() =>
        Assert.Equal("The shoe is not valid JSON at byte 5.", JsonObjects.Read("{\"a\":}"u8, "shoe", _ => "", (_, detail) => detail));

    [Theory]
    [InlineData("\"\\ud83d\\ude00\"", true)]
    [InlineData("\"\"", true)]
    [InlineData("\"\\ud83d\"", false)]
    public void TextsAreToldFromHalvesOfThem(string value, bool isText) => Assert.Equal(isText, JsonTexts.TryRead(System.Text.Json.JsonElement.Parse(value), out _));

    private static string Read(byte[] json) => JsonObjects.Read(json, "record", root => root.GetProperty("id").GetString()!, (code, _) => code);
}
