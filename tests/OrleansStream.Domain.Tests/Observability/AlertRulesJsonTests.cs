using System.Text;
using OrleansStream.Domain.Observability.Alerts;
using OrleansStream.Domain.Observability.Rules;

namespace OrleansStream.Domain.Tests.Observability;

public sealed class AlertRulesJsonTests
{
    [Fact]
    public void ReturnsTheSame_WhenWrittenAndRead()
    {
        byte[] json = AlertRulesJson.Write(AlertRuleSet.Default);
        var read = AlertRulesJson.ReadHandedIn(json);
        Assert.Empty(read.Errors);
        Assert.Equal(json, AlertRulesJson.Write(read.Rules!));
    }

    [Theory]
    [InlineData("""{"id":"a","type":"threshold","signal":"cpu","op":">","threshold":0.9,"window":"5m","for":"1m","keepFiringFor":"30s"}""")]
    [InlineData("""{"id":"a","type":"ratio","signal":"logs.errorRatio","threshold":0.2,"minTotal":5,"minBad":2,"significance":0.001,"labels":{"severity":"page"},"annotations":{"summary":"x"}}""")]
    [InlineData("""{"id":"a","type":"burn-rate","signal":"requests.errorRatio","objective":0.999}""")]
    [InlineData("""{"id":"a","type":"burn-rate","signal":"requests.errorRatio","objective":0.999,"windows":[{"long":"1h","short":"5m","factor":14.4}],"services":["pay-*"],"exceptServices":["pay-test"]}""")]
    [InlineData("""{"id":"a","type":"anomaly","signal":"requests","window":"10s","direction":"up"}""")]
    [InlineData("""{"id":"a","type":"absence","after":"10m"}""")]
    [InlineData("""{"id":"a","type":"threshold","signal":"requests","op":">","threshold":1,"window":"3d"}""")]
    [InlineData("""{"id":"a","type":"anomaly","signal":"logs","window":"1h"}""")]
    [InlineData("""{"id":"a","type":"absence","signal":"gauge:heartbeat"}""")]
    public void TakesEachType(string rule) => Assert.Empty(Read($$"""{"rules":[{{rule}}]}""").Errors);

    [Theory]
    [InlineData("""{"id":"A b","type":"absence"}""", "rules[0].id")]
    [InlineData("""{"id":"a","type":"fancy"}""", "rules[0].type")]
    [InlineData("""{"id":"a","type":"threshold","signal":"heat","op":">","threshold":1}""", "rules[0].signal")]
    [InlineData("""{"id":"a","type":"threshold","signal":"cpu","op":"=","threshold":1}""", "rules[0].op")]
    [InlineData("""{"id":"a","type":"threshold","signal":"cpu","op":">"}""", "rules[0].threshold")]
    [InlineData("""{"id":"a","type":"threshold","signal":"cpu","op":">","threshold":1,"window":"4d"}""", "rules[0].window")]
    [InlineData("""{"id":"a","type":"threshold","signal":"cpu","op":">","threshold":1,"window":"6m"}""", "rules[0].window")]
    [InlineData("""{"id":"a","type":"threshold","signal":"latency.p99","op":">","threshold":1,"window":"1h"}""", "rules[0].window")]
    [InlineData("""{"id":"a","type":"anomaly","signal":"gauge:queue","window":"10m"}""", "rules[0].window")]
    [InlineData("""{"id":"a","type":"threshold","signal":"cpu","op":">","threshold":1,"after":"1m"}""", "rules[0].after")]
    [InlineData("""{"id":"a","type":"ratio","signal":"requests","threshold":0.5}""", "rules[0].signal")]
    [InlineData("""{"id":"a","type":"ratio","signal":"requests.errorRatio","threshold":50}""", "rules[0].threshold")]
    [InlineData("""{"id":"a","type":"burn-rate","signal":"requests.errorRatio"}""", "rules[0].objective")]
    [InlineData("""{"id":"a","type":"burn-rate","signal":"requests.errorRatio","objective":0.99,"windows":[{"long":"5m","short":"1h","factor":2}]}""", "rules[0].windows[0].short")]
    [InlineData("""{"id":"a","type":"anomaly","signal":"requests","direction":"sideways"}""", "rules[0].direction")]
    [InlineData("""{"id":"a","type":"absence","after":"soon"}""", "rules[0].after")]
    [InlineData("""{"id":"a","type":"absence","labels":{"0x":"y"}}""", "rules[0].labels.0x")]
    [InlineData("""{"id":"a","type":"absence","labels":{"service":"y"}}""", "rules[0].labels.service")]
    [InlineData("""{"id":"a","type":"absence","fro":"1m"}""", "rules[0].fro")]
    [InlineData("""null""", "rules[0]")]
    public void SaysWhere_WhenSomethingIsWrong(string rule, string field) => Assert.Contains(Read($$"""{"rules":[{{rule}}]}""").Errors, e => e.Field == field);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"rules":null}""")]
    [InlineData("""{"rules":[{"id":"a"}]}""")]
    [InlineData("""{"rules":[{"id":"a","type":"absence","labels":3}]}""")]
    public void NeverThrows_ForWhatIsNoDocument(string json)
    {
        var read = Read(json);
        Assert.Null(read.Rules);
        Assert.NotEmpty(read.Errors);
    }

    [Fact]
    public void TellsAllErrors_AndThatAnIdIsTwice()
    {
        var errors = Read("""{"rules":[{"id":"a","type":"absence","after":"1y"},{"id":"a","type":"threshold","signal":"x","op":"!","threshold":1}]}""").Errors;
        Assert.Equal(["rules[0].after", "rules[1].id", "rules[1].signal", "rules[1].op"], errors.Select(e => e.Field));
    }

    [Fact]
    public void MembersNobodyKnowsAreIgnored_InWhatIsStored() => Assert.NotNull(AlertRulesJson.Read("""{"rules":[{"id":"a","type":"absence","later":1}]}"""u8).Rules);

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("90s", 90)]
    [InlineData("1h30m", 5400)]
    [InlineData("3d", 259_200)]
    [InlineData("0s", 0)]
    public void ReadsDurations(string text, double seconds)
    {
        Assert.True(AlertDuration.TryParse(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds);
        Assert.True(AlertDuration.TryParse(AlertDuration.Format(duration), out var again) && again == duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("5")]
    [InlineData("m")]
    [InlineData("5m5h")]
    [InlineData("5m5m")]
    [InlineData("-5m")]
    [InlineData("1.5h")]
    [InlineData("9999999999s")]
    [InlineData("99w")]
    public void RefusesWhatIsNoDuration(string? text) => Assert.False(AlertDuration.TryParse(text, out _));

    [Fact]
    public void FingerprintIsOfTheLabels_InAnyOrder()
    {
        KeyValuePair<string, string> a = new("alertname", "x"), b = new("service", "y");
        Assert.Equal(AlertFingerprint.Of([a, b]), AlertFingerprint.Of([b, a]));
        Assert.NotEqual(AlertFingerprint.Of([a, b]), AlertFingerprint.Of([new("alertname", "xservice"), new("", "y")]));
        Assert.Matches("^[0-9a-f]{16}$", AlertFingerprint.Of([a]));
    }

    private static AlertRulesRead Read(string json) => AlertRulesJson.ReadHandedIn(Encoding.UTF8.GetBytes(json));
}
