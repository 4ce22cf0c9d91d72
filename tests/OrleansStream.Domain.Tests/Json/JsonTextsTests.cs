using System.Text;
using OrleansStream.Domain.Fraud;
using OrleansStream.Domain.Json;
using OrleansStream.Domain.Observability.Rules;

namespace OrleansStream.Domain.Tests.Json;

public sealed class JsonTextsTests
{
    [Theory]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("{\"\\udc00\":1}")]
    [InlineData("{\"a\":[{\"b\":\"x\\ud83dx\"}]}")]
    public void AreNotWhole_WhenHalfOfAPairIsAlone(string json) => Assert.False(JsonTexts.AreWhole(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC3, 0x28 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    public void AreNotWhole_WhenBytesAreNoUtf8(byte[] bytes) => Assert.False(JsonTexts.AreWhole([.. "{\"a\":\""u8, .. bytes, .. "\"}"u8]));

    [Theory]
    [InlineData("{\"a\":\"\\ud83d\\ude00 \\u00e9 é 😀\"}")]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData("{\"a\":\"\\u12")]
    [InlineData("nonsense \\u")]
    public void AreWhole_WhenEachCanBeSaid_OrItIsNoJson(string json) => Assert.True(JsonTexts.AreWhole(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void AreWhole_WhateverTheDepth() => Assert.True(JsonTexts.AreWhole(Encoding.UTF8.GetBytes(new string('[', 100_000) + "\"\\u0041\"" + new string(']', 100_000))));

    [Fact]
    public void AreRefused_InRuleSetsAndAlertRules()
    {
        byte[] json = [.. "{\"rules\":\""u8, 0xFF, .. "\"}"u8];
        Assert.Equal("invalid-utf8", FraudRulesetJson.ReadHandedIn(json).Errors[0].Code);
        Assert.Equal("invalid-utf8", AlertRulesJson.ReadHandedIn(json).Errors[0].Code);
    }
}
