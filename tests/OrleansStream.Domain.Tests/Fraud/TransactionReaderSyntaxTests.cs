using System.Text;
using OrleansStream.Domain.Fraud;
using OrleansStream.Domain.Json;

namespace OrleansStream.Domain.Tests.Fraud;

/// <summary>Records that are refused as a whole.</summary>
public sealed class TransactionReaderSyntaxTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("   ", 3)]
    [InlineData("{", 1)]
    [InlineData("""{"id":"tx-1","amount":NaN}""", 22)]
    [InlineData("""{"id":"tx-1","amount":-Infinity}""", 23)]
    [InlineData("""{"id":"tx-1","amount":1,}""", 24)]
    [InlineData("""{"id":"tx-1"} x""", 14)]
    [InlineData("""{"id":"tx-1"}{}""", 13)]
    [InlineData("""{"id":"tx-1" """, 13)]
    [InlineData("{'id':1}", 1)]
    [InlineData("{\n\n\"id\": oops}", 9)]
    [InlineData("""{"amount":01}""", 11)]
    [InlineData("nul", 3)]
    [InlineData("""{"id":"a\x"}""", 9)]
    [InlineData("{\"id\":\"a\u0001\"}", 8)]
    public void IsMalformedJson_WhenSyntaxIsWrong(string json, int offset)
    {
        var error = Assert.Single(Read(json).Errors);
        Assert.Equal((FieldErrorCodes.MalformedJson, ""), (error.Code, error.Field));
        Assert.Equal($"The record is not valid JSON at byte {offset}.", error.Detail);
    }

    [Fact]
    public void IsInvalidUtf8_WhenBytesAreNoText()
    {
        byte[] json = [.. "{\"id\":\""u8, 0xC3, 0x28, .. "\"}"u8];
        var error = Assert.Single(TransactionReader.Read(json, default).Errors);
        Assert.Equal((FieldErrorCodes.InvalidUtf8, "The record is not valid UTF-8 at byte 7."), (error.Code, error.Detail));
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    [InlineData(5_000, false)]
    public void IsDepthExceeded_WhenNestedDeeperThan32Levels(int levels, bool expected)
    {
        foreach (var (open, close) in new[] { ("[", "]"), ("{\"a\":", "}") })
        {
            var deep = string.Concat(Enumerable.Repeat(open, levels - 1)) + "1" + string.Concat(Enumerable.Repeat(close, levels - 1));
            var json = $$"""{"id":"tx-1","cardId":"c","amount":1,"time":"2026-11-22T10:00:00Z","deep":{{deep}}}""";
            Assert.Equal(expected ? [] : [(FieldErrorCodes.DepthExceeded, "")], Errors(json));
        }
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[{\"id\":\"a\"}]")]
    [InlineData("1")]
    [InlineData("\"tx\"")]
    [InlineData("null")]
    public void IsNotAnObject_WhenTheRecordIsAnotherValue(string json) => Assert.Equal([(FieldErrorCodes.NotAnObject, "")], Errors(json));

    private static TransactionReadResult Read(string json) => TransactionReader.Read(Encoding.UTF8.GetBytes(json), default);

    private static IEnumerable<(string Code, string Field)> Errors(string json) =>
        Read(json).Errors.Select(error => (error.Code, error.Field));
}
