using System.Globalization;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.BadInput;

public sealed class FieldTests(LocalGateway gateway)
{
    private readonly Api _api = gateway.Api;

    [Theory]
    [InlineData("id", "1", "invalid-type")]
    [InlineData("id", "\"\"", "invalid-id")]
    [InlineData("id", "\"a\\u0000b\"", "invalid-id")]
    [InlineData("cardId", "7", "invalid-type")]
    [InlineData("cardId", "[\"c\"]", "invalid-type")]
    [InlineData("cardId", "\"\"", "invalid-card-id")]
    [InlineData("cardId", "\"a b\"", "invalid-card-id")]
    [InlineData("cardId", "\"käse\"", "invalid-card-id")]
    [InlineData("cardId", "\"../../etc\"", "invalid-card-id")]
    [InlineData("cardId", "null", "missing-field")]
    [InlineData("amount", "\"12\"", "invalid-type")]
    [InlineData("amount", "\"NaN\"", "invalid-type")]
    [InlineData("amount", "true", "invalid-type")]
    [InlineData("amount", "{}", "invalid-type")]
    [InlineData("amount", "null", "missing-field")]
    [InlineData("amount", "-0.01", "amount-negative")]
    [InlineData("amount", "-1e999", "amount-negative")]
    [InlineData("amount", "1000000000001", "amount-out-of-range")]
    [InlineData("amount", "1e999", "amount-out-of-range")]
    [InlineData("currency", "1", "invalid-type")]
    [InlineData("time", "1763805600", "invalid-type")]
    [InlineData("time", "\"2026-11-22T10:00:00\"", "invalid-time")]
    [InlineData("time", "\"2026-11-22\"", "invalid-time")]
    [InlineData("time", "\"2026-02-30T10:00:00Z\"", "invalid-time")]
    [InlineData("time", "\"yesterday\"", "invalid-time")]
    [InlineData("time", "\"9999-12-31T23:59:59Z\"", "time-in-future")]
    [InlineData("merchant", "\"m\"", "invalid-type")]
    [InlineData("merchant", "{\"id\":1}", "invalid-type")]
    [InlineData("merchant", "{\"name\":[]}", "invalid-type")]
    [InlineData("merchant", "{\"category\":5661}", "invalid-type")]
    [InlineData("merchant", "{\"country\":{}}", "invalid-type")]
    [InlineData("location", "[28.61,77.21]", "invalid-type")]
    [InlineData("location", "{\"lat\":\"28\",\"lon\":77}", "invalid-type")]
    [InlineData("location", "{\"lat\":90.01,\"lon\":0}", "invalid-location")]
    [InlineData("location", "{\"lat\":0,\"lon\":-180.5}", "invalid-location")]
    [InlineData("location", "{\"lat\":0}", "invalid-location")]
    [InlineData("location", "{\"lat\":1e999,\"lon\":0}", "invalid-location")]
    [InlineData("location", "{\"lat\":0,\"lon\":0,\"accuracyM\":-1}", "invalid-location")]
    [InlineData("deviceId", "1", "invalid-type")]
    [InlineData("ip", "{}", "invalid-type")]
    [InlineData("channel", "\"web\"", "invalid-channel")]
    [InlineData("channel", "1", "invalid-type")]
    [InlineData("userId", "false", "invalid-type")]
    [InlineData("card", "\"DE\"", "invalid-type")]
    [InlineData("card", "{\"issuerCountry\":49}", "invalid-type")]
    [InlineData("authorization", "\"maybe\"", "invalid-authorization")]
    [InlineData("authorization", "1", "invalid-type")]
    public async Task Answers422WithTheFieldsCode_WhenAFieldIs(string field, string value, string code)
    {
        // The last of two members with one name counts, so this replaces a good value by a bad one.
        var reply = (await _api.PostAsync(Given.Transaction(more: $",\"{field}\":{value}"))).Expect(422, code);
        Assert.Equal((0, code), (reply.Error.GetProperty("index").GetInt32(), reply.Error.GetProperty("code").GetString()));
        Assert.Contains(field, reply.Error.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"amount":1}""", "cardId")]
    [InlineData("""{"cardId":"c"}""", "amount")]
    public async Task NamesTheField_WhenARequiredOneIsMissing(string body, string field) =>
        Assert.Contains(field, (await _api.PostAsync(body)).Expect(422, "missing-field").Error.GetProperty("detail").GetString(), StringComparison.Ordinal);

    [Fact]
    public async Task GivesOneErrorPerField_WhenSeveralAreWrong()
    {
        var answer = (await _api.PostAsync("""{"cardId":"a b","amount":-1,"channel":"web"}""")).Expect(422);

        var errors = answer.Json.GetProperty("errors").EnumerateArray().ToList();
        Assert.Equal(["amount-negative", "invalid-card-id", "invalid-channel"], errors.Select(e => e.GetProperty("code").GetString()).Order(StringComparer.Ordinal));
        Assert.All(["cardId", "amount", "channel"], field => Assert.Contains(field, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1e12")]
    [InlineData("1000000000000")]
    [InlineData("1000000000000.00")]
    [InlineData("0")]
    [InlineData("-0.0")]
    [InlineData("1e-400")]
    public async Task Accepts_WhenTheAmountIs(string amount) =>
        (await _api.PostAsync(Given.Transaction(more: $",\"amount\":{amount}"))).Expect(202);

    [Theory]
    [InlineData("4111111111111111")]
    [InlineData("4111-1111-1111-1111")]
    [InlineData("4111 1111 1111 1111")]
    [InlineData("378282246310005")]
    public async Task RefusesAndNeverEchoesIt_WhenTheCardIdIsACardNumber(string pan)
    {
        var reply = (await _api.PostAsync($$"""{"id":"{{Given.Id("tx")}}","cardId":"{{pan}}","amount":1}""")).Expect(422, "pan-not-allowed");
        Assert.DoesNotContain(pan, reply.Text, StringComparison.Ordinal);
        var batch = (await _api.PostAsync(Given.Array(Given.Transaction(), $$"""{"cardId":"{{pan}}","amount":1}"""))).Expect(207);
        Assert.DoesNotContain(pan, batch.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(pan, gateway.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DoesNotEchoIt_WhenACardIsAskedForByItsNumber() =>
        Assert.DoesNotContain("4111111111111111", (await _api.GetAsync("/v1/cards/4111111111111111")).Expect(404).Text, StringComparison.Ordinal);

    [Theory]
    [InlineData(4, 202)]
    [InlineData(6, 422)]
    public async Task AllowsFiveMinutes_WhenAClockIsAheadByMinutes(int minutes, int status)
    {
        string time = TimeProvider.System.GetUtcNow().AddMinutes(minutes).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        (await _api.PostAsync(Given.Transaction(more: $",\"time\":\"{time}\""))).Expect(status);
    }

    [Theory]
    [InlineData("id")]
    [InlineData("deviceId")]
    [InlineData("userId")]
    [InlineData("currency")]
    public async Task AnswersFieldTooLong_WhenATextIsHuge(string field) =>
        (await _api.PostAsync(Given.Transaction(more: $",\"{field}\":\"{new string('x', 60_000)}\""))).Expect(422, "field-too-long");

    [Theory]
    [InlineData(128, 202)]
    [InlineData(129, 422)]
    public async Task Takes128Characters_WhenACardIdIsLong(int length, int status) =>
        (await _api.PostAsync(Given.Transaction(card: Given.Id("card-").PadRight(length, 'c')))).Expect(status);
}
