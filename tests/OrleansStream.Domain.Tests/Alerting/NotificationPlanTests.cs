using System.Text.Json;
using OrleansStream.Domain.Alerting;
using static OrleansStream.Domain.Tests.Alerting.GivenAlerts;

namespace OrleansStream.Domain.Tests.Alerting;

/// <summary>Who is told what, and when.</summary>
public sealed class NotificationPlanTests
{
    private readonly WebhookReceiver _receiver = new() { Name = "on-call", Url = "https://hooks.example.com", Since = At(-60) };
    private readonly Dictionary<string, SentGroup> _sent = [];

    [Fact]
    public void TellsAtOnce_WhenAnAlertFires()
    {
        var told = Assert.Single(Tell(0, Firing("shop").Standing()));
        Assert.Equal(("""{}:{alertname="errors", service="shop"}""", 1, 0), (told.GroupKey, told.Firing.Length, told.Resolved.Length));
        Assert.Empty(Tell(1, Firing("shop").Standing()));
    }

    [Fact]
    public void WaitsForOthersOfTheGroup_WhenTheReceiverWantsThat()
    {
        var slow = _receiver with { GroupWait = TimeSpan.FromSeconds(30), GroupBy = ["alertname"] };
        AlertStanding[] alerts = [Firing("shop").Standing(), Firing("pay", since: 20).Standing()];
        var early = NotificationPlan.Of(slow, alerts, _sent, At(29));
        Assert.Equal((true, At(30)), (early.Due.IsEmpty, early.Next));
        Assert.Equal(2, Assert.Single(NotificationPlan.Of(slow, alerts, _sent, At(30)).Due).Firing.Length);
    }

    [Fact]
    public void TellsOfTheEndAfterTheInterval_WhenItIsOver()
    {
        Tell(0, Firing("shop").Standing());
        var over = Firing("shop", until: 5).Standing();
        Assert.Empty(Tell(6, over));
        Assert.Equal(At(10), NotificationPlan.Of(_receiver, [over], _sent, At(6)).Next);
        var told = Assert.Single(Tell(10, over));
        Assert.Equal((0, 1), (told.Firing.Length, told.Resolved.Length));
        Assert.Empty(Tell(100_000, over));
    }

    [Fact]
    public void TellsOfAnAlertThatWasOverBeforeAnybodyCouldBeTold()
    {
        Assert.Single(Tell(10, Firing("shop", until: 5).Standing()).Single().Resolved);
        Assert.Empty(NotificationPlan.Of(_receiver with { Since = At(6) }, [Firing("shop", until: 5).Standing()], new Dictionary<string, SentGroup>(), At(10)).Due);
    }

    [Fact]
    public void TellsAgain_WhenItFiresAnewOrForLong()
    {
        Tell(0, Firing("shop").Standing());
        Tell(10, Firing("shop", until: 5).Standing());
        Assert.Single(Tell(30, Firing("shop", since: 25).Standing()));
        Assert.Empty(Tell(30 + 4 * 3_600 - 1, Firing("shop", since: 25).Standing()));
        Assert.Single(Tell(30 + 4 * 3_600, Firing("shop", since: 25).Standing()));
    }

    [Fact]
    public void TellsNoMoreUntilItIsOver_WhenSomebodyAcknowledged()
    {
        Tell(0, Firing("shop").Standing());
        Assert.Empty(Tell(100_000, Firing("shop").Standing(acknowledged: true)));
        Assert.Single(Tell(100_010, Firing("shop", until: 100_005).Standing(acknowledged: true)).Single().Resolved);
    }

    [Fact]
    public void GoesOnRepeating_WhenOnlySomeOfTheGroupAreAcknowledged()
    {
        var together = _receiver with { GroupBy = ["alertname"] };
        AlertStanding[] alerts = [Firing("shop").Standing(acknowledged: true), Firing("pay").Standing()];
        var first = Assert.Single(NotificationPlan.Of(together, alerts, _sent, At(0)).Due);
        _sent[first.GroupKey] = first.Arrived(null, At(0));
        var later = NotificationPlan.Of(together, alerts, _sent, At(10));
        Assert.Equal((true, At(4 * 3_600)), (later.Due.IsEmpty, later.Next));
        Assert.Equal(2, Assert.Single(NotificationPlan.Of(together, alerts, _sent, At(4 * 3_600)).Due).Firing.Length);
    }

    [Fact]
    public void LooksAgainAtTheEnd_WhenAnAcknowledgedAlertEndsByItself()
    {
        var posted = Firing("shop", until: 100_000).Standing(acknowledged: true);
        Assert.Single(Tell(0, posted));
        Assert.Equal(At(100_000), NotificationPlan.Of(_receiver, [posted], _sent, At(1)).Next);
        Assert.Single(Tell(100_000, posted).Single().Resolved);
    }

    [Fact]
    public void TellsNothing_WhenItIsSilenced()
    {
        Assert.Empty(Tell(0, Firing("shop").Standing(silenced: true)));
        Assert.Empty(Tell(100, Firing("shop", until: 5).Standing(silenced: true)));
        Assert.Single(Tell(100, Firing("pay").Standing()));
        // Its beginning was told, so is its end.
        Assert.Single(Tell(200, Firing("pay", until: 150).Standing(silenced: true)));
    }

    [Fact]
    public void TellsWhenTheSilenceEnds_WhenItStillFires()
    {
        Assert.Empty(Tell(0, Firing("shop").Standing(silenced: true)));
        Assert.Single(Tell(3_600, Firing("shop").Standing()));
    }

    [Fact]
    public void TellsOnlyWhomItConcerns()
    {
        var other = _receiver with { Matchers = MatcherParser.Parse("service=pay").Matchers };
        Assert.Single(NotificationPlan.Of(other, [Firing("shop").Standing(), Firing("pay").Standing()], _sent, At(0)).Due);
        Assert.Empty(NotificationPlan.Of(_receiver, [(Firing("shop") with { IsPending = true }).Standing()], _sent, At(0)).Due);
    }

    [Fact]
    public void TriesAgainLaterUnderTheSameId_WhenAMessageDidNotArrive()
    {
        AlertStanding[] alerts = [Firing("shop").Standing()];
        var first = Assert.Single(NotificationPlan.Of(_receiver, alerts, _sent, At(0)).Due);
        double now = 0;
        foreach (int pause in (int[])[1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
        {
            _sent[first.GroupKey] = Notification.Failed(_sent.GetValueOrDefault(first.GroupKey), At(now));
            var plan = NotificationPlan.Of(_receiver, alerts, _sent, At(now));
            Assert.Equal((true, At(now + pause)), (plan.Due.IsEmpty, plan.Next));
            now += pause;
            Assert.Equal(first.Id, Assert.Single(NotificationPlan.Of(_receiver, alerts, _sent, At(now)).Due).Id);
        }
        _sent[first.GroupKey] = first.Arrived(_sent[first.GroupKey], At(now));
        Assert.Empty(Tell(now + 1, alerts));
        Assert.NotEqual(first.Id, Assert.Single(Tell(now + 4 * 3_600, alerts)).Id);
    }

    [Fact]
    public void LooksAgain_WhenAPostedAlertEndsByItself()
    {
        var posted = Firing("shop", until: 300).Standing();
        Assert.Single(Tell(0, posted).Single().Firing);
        Assert.Equal(At(300), NotificationPlan.Of(_receiver, [posted], _sent, At(1)).Next);
        Assert.Single(Tell(300, posted).Single().Resolved);
    }

    [Fact]
    public void IsWrittenAsAlertmanagersVersion4()
    {
        var told = Tell(0, (Firing("shop") with { Annotations = Firing("x").Annotations.Add("summary", "31 % fail") }).Standing()).Single();
        byte[] body = WebhookMessage.Body(_receiver, told, "https://streams.example.com");
        var json = JsonElement.Parse(body);
        Assert.Equal(
            """{"version":"4","groupKey":"{}:{alertname=\u0022errors\u0022, service=\u0022shop\u0022}","truncatedAlerts":0,"status":"firing","receiver":"on-call","groupLabels":{"alertname":"errors","service":"shop"},"commonLabels":{"alertname":"errors","service":"shop","severity":"critical"},"commonAnnotations":{"summary":"31 % fail"},"externalURL":"https://streams.example.com","alerts":[{"status":"firing","labels":{"alertname":"errors","service":"shop","severity":"critical"},"annotations":{"summary":"31 % fail"},"startsAt":"2026-11-22T10:00:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"","fingerprint":"FP"}]}"""
                .Replace("FP", told.Firing[0].Fingerprint, StringComparison.Ordinal),
            json.GetRawText());
        // openssl dgst -sha256 -hmac secret over "1795341600.{}"
        Assert.Equal("t=1795341600,v1=4299b6593bbfff089d4e3c206e9ac5379c0094a5174dd69b050fbc538bfff29f", WebhookMessage.Signature("secret", "{}"u8, At(0)));
    }

    [Fact]
    public void CountsWhatDoesNotFitInAMessage()
    {
        var all = Enumerable.Range(0, 130).Select(i => Firing($"s{i}").Standing());
        var told = NotificationPlan.Of(_receiver with { GroupBy = [] }, all, _sent, At(0)).Due.Single();
        var json = JsonElement.Parse(WebhookMessage.Body(_receiver, told, ""));
        Assert.Equal((30, 100), (json.GetProperty("truncatedAlerts").GetInt32(), json.GetProperty("alerts").GetArrayLength()));
    }

    /// <summary>What is due arrives.</summary>
    private List<Notification> Tell(double second, params AlertStanding[] alerts)
    {
        var due = NotificationPlan.Of(_receiver, alerts, _sent, At(second)).Due;
        foreach (var told in due) _sent[told.GroupKey] = told.Arrived(_sent.GetValueOrDefault(told.GroupKey), At(second));
        return [.. due];
    }
}
