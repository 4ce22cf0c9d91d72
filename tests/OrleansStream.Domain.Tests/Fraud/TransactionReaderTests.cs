using System.Text;
using OrleansStream.Domain.Fraud;
using OrleansStream.Domain.Json;
using Codes = OrleansStream.Domain.Fraud.TransactionErrorCodes;

namespace OrleansStream.Domain.Tests.Fraud;

public sealed class TransactionReaderTests
{
    private const string Required = """ "id":"tx-1","cardId":"card-42","amount":1,"time":"2026-11-22T10:00:00Z" """;

    private static readonly DateTimeOffset Ten = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void ReadsEveryField_WhenTheRecordIsThatOfTheApi()
    {
        var result = Read("""
            {"id":"tx-1","cardId":"card-42","amount":129.95,"currency":"EUR","time":"2026-11-22T10:00:00Z",
             "merchant":{"id":"m-7","name":"Shoe Palace","category":"5661","country":"IN","terminalId":"t-1"},
             "location":{"lat":28.61,"lon":77.21,"country":"IN","accuracyM":12.5},
             "deviceId":"dev-1","ip":"203.0.113.9","channel":"pos","userId":"u-1",
             "card":{"issuerCountry":"DE"},"authorization":"approved"}
            """);
        var expected = new Transaction
        {
            Id = "tx-1",
            CardId = "card-42",
            Amount = 129.95m,
            Currency = "EUR",
            Time = Ten,
            Merchant = new Merchant { Id = "m-7", Name = "Shoe Palace", Category = "5661", Country = "IN", TerminalId = "t-1" },
            Location = new Location(28.61, 77.21, "IN", 12.5),
            Country = "IN",
            DeviceId = "dev-1",
            Ip = "203.0.113.9",
            Channel = Channel.Pos,
            UserId = "u-1",
            IssuerCountry = "DE",
            Authorization = Authorization.Approved,
        };
        Assert.Empty(result.Errors);
        Assert.Equal(expected, result.Transaction);
    }

    [Fact]
    public void TakesIdAndTimeFromDefaults_WhenTheRecordHasNone()
    {
        var result = Read("""{"cardId":"c","amount":0,"id":null}""", new EventDefaults("assigned", Ten));
        Assert.Equal(("assigned", Ten), (result.Transaction?.Id, result.Transaction?.Time));
    }

    [Theory]
    [InlineData("""{"cardId":"c","amount":1}""", "", "id", "time")]
    [InlineData("""{"id":"a","time":"2026-11-22T10:00:00Z"}""", "", "cardId", "amount")]
    [InlineData("""{"id":null,"cardId":null,"amount":null,"time":null}""", "", "id", "cardId", "amount", "time")]
    public void IsMissingField_WhenARequiredOneIsAbsentOrNull(string json, string _, params string[] fields) =>
        Assert.Equal(fields.Select(field => (FieldErrorCodes.MissingField, field)), Errors(json));

    [Theory]
    [InlineData("id", "1", FieldErrorCodes.InvalidType)]
    [InlineData("id", "\"\"", FieldErrorCodes.InvalidId)]
    [InlineData("id", "\"a\\u0000b\"", FieldErrorCodes.InvalidId)]
    [InlineData("id", "\"\\ud800\"", FieldErrorCodes.MalformedJson)]
    [InlineData("cardId", "42", FieldErrorCodes.InvalidType)]
    [InlineData("cardId", "4111111111111111", FieldErrorCodes.InvalidType)]
    [InlineData("cardId", "\"\"", Codes.InvalidCardId)]
    [InlineData("cardId", "\"a b\"", Codes.InvalidCardId)]
    [InlineData("cardId", "\"4111111111111111\"", Codes.PanNotAllowed)]
    [InlineData("cardId", "\"4111-1111.1111:1111\"", Codes.PanNotAllowed)]
    [InlineData("amount", "\"1\"", FieldErrorCodes.InvalidType)]
    [InlineData("amount", "\"NaN\"", FieldErrorCodes.InvalidType)]
    [InlineData("amount", "true", FieldErrorCodes.InvalidType)]
    [InlineData("amount", "[1]", FieldErrorCodes.InvalidType)]
    [InlineData("amount", "-0.01", Codes.AmountNegative)]
    [InlineData("amount", "-1e999", Codes.AmountNegative)]
    [InlineData("amount", "1000000000000.01", Codes.AmountOutOfRange)]
    [InlineData("amount", "1e30", Codes.AmountOutOfRange)]
    [InlineData("amount", "1e999", Codes.AmountOutOfRange)]
    [InlineData("time", "1763805600", FieldErrorCodes.InvalidType)]
    [InlineData("time", "\"2026-11-22T10:00:00\"", FieldErrorCodes.InvalidTime)]
    [InlineData("time", "\"\"", FieldErrorCodes.InvalidTime)]
    [InlineData("currency", "978", FieldErrorCodes.InvalidType)]
    [InlineData("merchant", "\"m-7\"", FieldErrorCodes.InvalidType)]
    [InlineData("location", "[28.61,77.21]", FieldErrorCodes.InvalidType)]
    [InlineData("card", "1", FieldErrorCodes.InvalidType)]
    [InlineData("deviceId", "{}", FieldErrorCodes.InvalidType)]
    [InlineData("ip", "1", FieldErrorCodes.InvalidType)]
    [InlineData("userId", "false", FieldErrorCodes.InvalidType)]
    [InlineData("channel", "1", FieldErrorCodes.InvalidType)]
    [InlineData("channel", "\"POS\"", Codes.InvalidChannel)]
    [InlineData("channel", "\"\"", Codes.InvalidChannel)]
    [InlineData("authorization", "\"maybe\"", Codes.InvalidAuthorization)]
    public void IsRefusedWithItsField_WhenAValueIsWrong(string field, string value, string code) =>
        Assert.Equal([(code, field)], Errors($$"""{{{Required}},"{{field}}":{{value}}}"""));

    [Theory]
    [InlineData("""{"lat":90.01,"lon":0}""", Codes.InvalidLocation, "location.lat")]
    [InlineData("""{"lat":0,"lon":-180.5}""", Codes.InvalidLocation, "location.lon")]
    [InlineData("""{"lat":1e999,"lon":0}""", Codes.InvalidLocation, "location.lat")]
    [InlineData("""{"lat":0}""", Codes.InvalidLocation, "location")]
    [InlineData("""{"lat":null,"lon":0}""", Codes.InvalidLocation, "location")]
    [InlineData("""{"lat":0,"lon":0,"accuracyM":-1}""", Codes.InvalidLocation, "location.accuracyM")]
    [InlineData("""{"lat":"0","lon":0}""", FieldErrorCodes.InvalidType, "location.lat")]
    [InlineData("""{"lat":0,"lon":0,"country":1}""", FieldErrorCodes.InvalidType, "location.country")]
    public void IsRefused_WhenTheLocationIsWrong(string location, string code, string field) =>
        Assert.Equal([(code, field)], Errors($$"""{{{Required}},"location":{{location}}}"""));

    [Theory]
    [InlineData("id", 256)]
    [InlineData("currency", 256)]
    [InlineData("deviceId", 256)]
    [InlineData("ip", 256)]
    [InlineData("userId", 256)]
    public void IsFieldTooLong_WhenATextIsLongerThanItsLimit(string field, int limit)
    {
        Assert.Empty(Errors($$"""{{{Required}},"{{field}}":"{{new string('x', limit)}}"}"""));
        Assert.Equal([(FieldErrorCodes.FieldTooLong, field)], Errors($$"""{{{Required}},"{{field}}":"{{new string('x', limit + 1)}}"}"""));
        Assert.Equal(
            [(FieldErrorCodes.FieldTooLong, "merchant.name")],
            Errors(And("\"merchant\":{\"name\":\"" + new string('x', 257) + "\"}")));
    }

    [Theory]
    [InlineData("2026-11-22T10:05:00Z", true)]
    [InlineData("2026-11-22T10:05:00.0000001Z", false)]
    public void IsTimeInFuture_WhenAfterTheLatestAllowed(string time, bool expected)
    {
        var defaults = new EventDefaults("a", DateTimeOffset.UnixEpoch, Ten.AddMinutes(5));
        var result = Read($$"""{"cardId":"c","amount":1,"time":"{{time}}"}""", defaults);
        Assert.Equal(expected ? [] : [FieldErrorCodes.TimeInFuture], result.Errors.Select(error => error.Code));
        Assert.True(Read($$"""{"cardId":"c","amount":1,"time":"{{time}}"}""", defaults with { LatestAllowedTime = null }).IsValid);
    }

    [Fact]
    public void ReportsEveryError_WhenSeveralFieldsAreWrong()
    {
        var errors = Errors("""{"id":"","cardId":"4111111111111111","amount":-1,"channel":"x","location":{"lat":91,"lon":181},"ip":[{}]}""");
        Assert.Equal(
            [
                (FieldErrorCodes.InvalidId, "id"), (Codes.PanNotAllowed, "cardId"), (Codes.AmountNegative, "amount"),
                (Codes.InvalidChannel, "channel"), (Codes.InvalidLocation, "location.lat"),
                (Codes.InvalidLocation, "location.lon"), (FieldErrorCodes.InvalidType, "ip"), (FieldErrorCodes.MissingField, "time"),
            ],
            errors);
    }

    [Fact]
    public void LastWins_WhenAPropertyComesTwice()
    {
        var json = $$"""
            {"amount":-1,"merchant":7,"location":{"lat":91,"lon":0},{{Required}},
             "merchant":{"id":"m","name":"n"},"merchant":{"name":"last"},"location":{"lat":1,"lon":2},"ip":"a","ip":null}
            """;
        var transaction = Read(json).Transaction;
        Assert.Equal(1, transaction?.Amount);
        Assert.Equal(new Merchant { Name = "last" }, transaction?.Merchant);
        Assert.Equal(new Location(1, 2), transaction?.Location);
        Assert.Null(transaction?.Ip);
        Assert.Equal([(Codes.AmountNegative, "amount")], Errors($$"""{{{Required}},"amount":-1}"""));
    }

    [Fact]
    public void IgnoresUnknownFields_WhenTheyAreAnywhere() => Assert.Empty(Errors(
        And(""" "x":{"cardId":[1,{"amount":-1}]},"\ud800":1,"merchant":{"x":[]},"card":{"x":{}},"location":{"x":1},"AMOUNT":"x" """)));

    [Fact]
    public void ReadsEscapedNames_WhenASenderEscapesThem() =>
        Assert.Equal("c", Read("""{"c\u0061rdId":"c","amount":1}""", new EventDefaults("a", Ten)).Transaction?.CardId);

    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0.0", "0")]
    [InlineData("1e12", "1000000000000")]
    [InlineData("129.95", "129.95")]
    [InlineData("1.5e2", "150")]
    [InlineData("1e-400", "0")]
    public void ReadsTheExactAmount_WhenItIsWithinRange(string amount, string expected)
    {
        var transaction = Read($$"""{{{Required}},"amount":{{amount}}}""").Transaction;
        Assert.Equal(decimal.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), transaction?.Amount);
    }

    [Fact]
    public void KeepsTheCountry_WhenTheLocationHasNoCoordinates()
    {
        var transaction = Read(And(""" "location":{"country":"IN"},"merchant":{"country":"DE"} """)).Transaction;
        Assert.Equal((null, "IN"), (transaction?.Location, transaction?.Country));
        Assert.Equal("DE", Read(And(""" "merchant":{"country":"DE"} """)).Transaction?.Country);
    }

    [Fact]
    public void ExposesIdAndCard_WhenTheRecordIsRefused()
    {
        var result = Read("""{"id":"tx-1","cardId":"card-42","amount":-1}""");
        Assert.Equal((false, "tx-1", "card-42"), (result.IsValid, result.Id, result.CardId));
        Assert.Equal("tx-1", Read("""{"id":"tx-1","cardId":""").Id);
    }

    [Fact]
    public void NeverRepeatsACardNumber_WhenItRefusesOne()
    {
        var result = Read("""{"id":"tx-1","cardId":"4111-1111-1111-1111","amount":"4111111111111111","channel":"4111111111111111"}""");
        Assert.Null(result.CardId);
        Assert.DoesNotContain(result.Errors, error => error.Detail.Contains("4111", StringComparison.Ordinal));
    }

    [Fact]
    public void ChecksTheDefaultId_WhenItIsASenders()
    {
        const string json = """{"cardId":"c","amount":1}""";
        Assert.Equal(FieldErrorCodes.InvalidId, Assert.Single(Read(json, new EventDefaults("a\n", Ten)).Errors).Code);
        Assert.Equal(FieldErrorCodes.FieldTooLong, Assert.Single(Read(json, new EventDefaults(new string('a', 257), Ten)).Errors).Code);
    }

    [Fact]
    public void LeavesTheIdEmpty_WhenItIsAssignedAfterwards() => Assert.Equal("", Read("""{"cardId":"c","amount":1}""", new EventDefaults("", Ten)).Transaction?.Id);

    [Fact]
    public void KeepsItsOwnId_WhenOneWouldBeAssignedAfterwards() =>
        Assert.Equal("tx-1", Read("""{"id":"tx-1","cardId":"c","amount":1}""", new EventDefaults("", Ten)).Transaction?.Id);

    [Theory]
    [InlineData("""{"amount":1}""", "from-envelope")]
    [InlineData("""{"amount":1,"cardId":null}""", "from-envelope")]
    [InlineData("""{"amount":1,"cardId":"own"}""", "own")]
    public void TakesTheDefaultCard_WhenTheRecordHasNone(string json, string card) =>
        Assert.Equal(card, Read(json, new EventDefaults("a", Ten, CardId: "from-envelope")).CardId);

    [Theory]
    [InlineData("4111111111111111", Codes.PanNotAllowed)]
    [InlineData("4111 1111 1111 1111", Codes.PanNotAllowed)]
    [InlineData("a b", Codes.InvalidCardId)]
    [InlineData("", Codes.InvalidCardId)]
    public void ChecksTheDefaultCard_WhenItIsASenders(string card, string code)
    {
        var result = Read("""{"amount":1}""", new EventDefaults("a", Ten, CardId: card));
        Assert.Equal(code, Assert.Single(result.Errors).Code);
        Assert.Null(result.CardId);
    }

    [Fact]
    public void NamesItsOwnCardOnly_WhenThatIsRefusedAndADefaultIsThere() =>
        Assert.Equal(Codes.InvalidCardId, Assert.Single(Read("""{"amount":1,"cardId":"a b"}""", new EventDefaults("a", Ten, CardId: "c")).Errors).Code);

    private static TransactionReadResult Read(string json, EventDefaults defaults = default) =>
        TransactionReader.Read(Encoding.UTF8.GetBytes(json), defaults);

    private static string And(string fields) => "{" + Required + "," + fields + "}";

    private static IEnumerable<(string Code, string Field)> Errors(string json) =>
        Read(json).Errors.Select(error => (error.Code, error.Field));
}
