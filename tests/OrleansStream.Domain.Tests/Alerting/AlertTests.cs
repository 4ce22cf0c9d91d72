using OrleansStream.Domain.Alerting;
using OrleansStream.Domain.Observability.Alerts;

namespace OrleansStream.Domain.Tests.Alerting;

public sealed class AlertTests
{
    private static readonly AlertChange Change = new()
    {
        Fingerprint = "f", RuleId = "r", Service = "s", Status = AlertStatus.Firing, Labels = AlertFingerprint.NoLabels.Add("alertname", "a"),
        Annotations = AlertFingerprint.NoLabels.Add("summary", "t"), StartsAt = GivenAlerts.At(1), EndsAt = GivenAlerts.At(9), UpdatedAt = GivenAlerts.At(2), Value = 3, Threshold = 4,
        GeneratorUrl = "http://x",
    };

    [Fact]
    public void SaysWhatTheChangeSays_WhenARuleMadeIt()
    {
        var alert = Alert.Of(Change);
        Assert.Equal(("f", "r", "http://x"), (alert.Fingerprint, alert.RuleId, alert.GeneratorUrl));
        Assert.Equal((GivenAlerts.At(1), GivenAlerts.At(9), GivenAlerts.At(2)), (alert.StartsAt, alert.EndsAt!.Value, alert.UpdatedAt));
        Assert.Equal((3, 4), (alert.Value, alert.Threshold));
        Assert.Equal((Change.Labels, Change.Annotations), (alert.Labels, alert.Annotations));
    }

    [Theory]
    [InlineData(AlertStatus.Pending, true)]
    [InlineData(AlertStatus.Firing, false)]
    [InlineData(AlertStatus.Resolved, false)]
    public void IsPending_WhileTheChangeSaysSo(AlertStatus status, bool isPending) => Assert.Equal(isPending, Alert.Of(Change with { Status = status }).IsPending);

    [Fact]
    public void IsResolved_FromItsEndOn()
    {
        var alert = Alert.Of(Change);
        Assert.Equal([false, true, true], new[] { 8.999, 9, 10 }.Select(at => alert.IsResolvedAt(GivenAlerts.At(at))));
        Assert.False((alert with { EndsAt = null }).IsResolvedAt(DateTimeOffset.MaxValue));
    }

    [Fact]
    public void ForgetsEndsThatWereTold_WhenNobodyRemembersTheEpisode()
    {
        var sent = new SentGroup { Resolved = ["a", "b"], Count = 2 };
        Assert.Equal(["b"], sent.Within(new HashSet<string> { "b", "c" }).Resolved);
        Assert.Same(sent, sent.Within(new HashSet<string> { "a", "b", "c" }));
    }

    [Theory]
    [InlineData(AlertStatus.Pending, "pending")]
    [InlineData(AlertStatus.Firing, "firing")]
    [InlineData(AlertStatus.Resolved, "resolved")]
    public void IsTheSame_WhenAChangeIsWrittenAndRead(AlertStatus status, string name)
    {
        var change = Change with { Status = status };
        byte[] json = AlertChangeJson.Write(change);
        Assert.Contains($"\"status\":\"{name}\"", System.Text.Encoding.UTF8.GetString(json), StringComparison.Ordinal);
        Assert.Equivalent(change, AlertChangeJson.Read(json), strict: true);
    }

    [Fact]
    public void IsNoChangeOfAServicesAlert_WhenNoRuleMadeIt()
    {
        byte[] foreign = AlertChangeJson.WriteForeign(AlertChangeView.Of(Change));
        Assert.Contains("\"fingerprint\":\"f\"", System.Text.Encoding.UTF8.GetString(foreign), StringComparison.Ordinal);
        Assert.Null(AlertChangeJson.Read(foreign));
        Assert.Null(AlertChangeJson.Read("{"u8));
    }
}
