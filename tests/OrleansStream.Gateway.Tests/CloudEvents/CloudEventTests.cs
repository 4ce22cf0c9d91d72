using System.Globalization;
using System.Text;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.CloudEvents;

/// <summary>CloudEvents 1.0 in structured, batch and binary mode.</summary>
public sealed class CloudEventTests(LocalGateway gateway)
{
    private const string Structured = "application/cloudevents+json", Batch = "application/cloudevents-batch+json";
    private static readonly string[] AllModes = ["structured", "batch", "binary"];
    private readonly Api _api = gateway.Api;

    public static TheoryData<string> Modes => [.. AllModes];

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task DecidesUnderTheEventsOwnId_WhenDataHasOne(string mode)
    {
        string card = Given.Card(), id = Given.Id("tx");
        var sent = await SendAsync(mode, new Event { Data = Given.Transaction(card, id) });
        Assert.Equal((id, "accepted"), (sent.Id, sent.Status));
        Assert.Equal(id, (await _api.GetAsync($"/v1/cards/{card}/decisions/{id}", ("Min-Position", sent.Position!))).Expect(200).Member("transactionId"));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task DecidesUnderTheCloudEventsId_WhenDataHasNone(string mode)
    {
        string card = Given.Card(), id = Given.Id("event");
        var sent = await SendAsync(mode, new Event { Id = id, Data = $$"""{"cardId":"{{card}}","amount":1}""" });
        Assert.Equal(id, sent.Id);
        (await _api.GetAsync($"/v1/cards/{card}/decisions/{id}", ("Min-Position", sent.Position!))).Expect(200);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task CountsOnce_WhenSourceAndIdAreTheSame(string mode)
    {
        string card = Given.Card(), id = Given.Id("event");
        var first = await SendAsync(mode, new Event { Id = id, Data = Given.Transaction(card, "a") });
        foreach (string again in AllModes)
        {
            var second = await SendAsync(again, new Event { Id = id, Data = Given.Transaction(card, "b") });
            Assert.Equal(("duplicate", first.Position), (second.Status, second.Position));
        }
        Assert.Equal(1, await _api.DecisionCountAsync(card, first.Position!));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task CountsTwice_WhenTheSourceIsAnother(string mode)
    {
        string card = Given.Card(), id = Given.Id("event");
        await SendAsync(mode, new Event { Id = id, Source = "/a", Data = Given.Transaction(card) });
        var second = await SendAsync(mode, new Event { Id = id, Source = "/b", Data = Given.Transaction(card) });
        Assert.Equal("accepted", second.Status);
        Assert.Equal(2, await _api.DecisionCountAsync(card, second.Position!));
    }

    [Theory]
    [InlineData("structured", "key", "subject", "key")]
    [InlineData("batch", "key", "subject", "key")]
    [InlineData("binary", "key", "subject", "key")]
    [InlineData("structured", null, "subject", "subject")]
    [InlineData("batch", null, "subject", "subject")]
    [InlineData("binary", null, "subject", "subject")]
    [InlineData("binary", "", "subject", "subject")]
    public async Task TakesTheKeyFromTheEnvelope_WhenDataHasNone(string mode, string? partitionKey, string subject, string expected)
    {
        string card = Given.Card();
        var sent = await SendAsync(mode, new Event
        {
            Data = """{"amount":1}""", Subject = $"{subject}-{card}",
            More = partitionKey is null ? [] : [("partitionkey", partitionKey.Length == 0 ? "" : $"{partitionKey}-{card}")],
        });
        Assert.Equal(1, await _api.DecisionCountAsync($"{expected}-{card}", sent.Position!));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task TakesDatasKey_WhenTheEnvelopeNamesAnother(string mode)
    {
        string card = Given.Card();
        var sent = await SendAsync(mode, new Event { Data = Given.Transaction(card), Subject = "other", More = [("partitionkey", "other")] });
        Assert.Equal(1, await _api.DecisionCountAsync(card, sent.Position!));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task RefusesTheKey_WhenTheEnvelopesIsACardNumber(string mode) =>
        Assert.Equal("rejected:pan-not-allowed", (await SendAsync(mode, new Event { Data = """{"amount":1}""", Subject = "4111111111111111" })).Outcome);

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task TakesItsTime_WhenDataHasNone(string mode)
    {
        string card = Given.Card(), id = Given.Id("event");
        var sent = await SendAsync(mode, new Event { Id = id, Data = $$"""{"cardId":"{{card}}","amount":1}""", More = [("time", "2020-02-03T04:05:06+01:00")] });
        var decision = (await _api.GetAsync($"/v1/cards/{card}/decisions/{id}", ("Min-Position", sent.Position!))).Expect(200);
        Assert.Equal(new DateTimeOffset(2020, 2, 3, 3, 5, 6, TimeSpan.Zero), decision.Json.GetProperty("time").GetDateTimeOffset());
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task RefusesTheTime_WhenItIsAhead(string mode) => Assert.Equal(
        "rejected:time-in-future", (await SendAsync(mode, new Event { Data = $$"""{"cardId":"{{Given.Card()}}","amount":1}""", More = [("time", "2999-01-01T00:00:00Z")] })).Outcome);

    [Fact]
    public async Task AnswersTheDecision_WhenOneIsWaitedFor()
    {
        var reply = (await _api.PostAsync(new Event { Data = Given.Transaction() }.ToJson(), Structured, "wait=20")).Expect(200);
        Assert.Equal("approve", reply.Member("outcome"));
    }

    public static TheoryData<string, string, string, int> Bad
    {
        get
        {
            var data = new TheoryData<string, string, string, int>();
            foreach (string mode in AllModes)
            {
                data.Add(mode, "id", "invalid-cloudevent", 400);
                data.Add(mode, "source", "invalid-cloudevent", 400);
                data.Add(mode, "type", "invalid-cloudevent", 400);
                data.Add(mode, "specversion", "invalid-cloudevent", 400);
                data.Add(mode, "specversion=0.3", "invalid-cloudevent", 400);
                data.Add(mode, "specversion=1.1", "invalid-cloudevent", 400);
                data.Add(mode, "source=timer", "invalid-cloudevent", 400);
                data.Add(mode, "source=transactions", "invalid-cloudevent", 400);
                data.Add(mode, "time=yesterday", "invalid-cloudevent", 400);
                data.Add(mode, "os-kind=timer-due", "invalid-cloudevent", 400);
                data.Add(mode, "under_score=x", "invalid-cloudevent", 400);
                data.Add(mode, "id=" + new string('a', 257), "field-too-long", 422);
                data.Add(mode, "large=" + new string('a', 9000), "attributes-too-large", 422);
                data.Add(mode, "data", "missing-data", 422);
                data.Add(mode, "data={}", "missing-field", 422);
                data.Add(mode, "data=5", "not-an-object", 400);
                data.Add(mode, "data=[]", "not-an-object", 400);
                data.Add(mode, "data=\"{}\"", "not-an-object", 400);
                data.Add(mode, "data=" + Given.Nested(33), "depth-exceeded", 400);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task RefusesItWithACode_When(string mode, string change, string code, int status)
    {
        var sent = await SendAsync(mode, new Event { Data = Given.Transaction() }.With(change));
        Assert.Equal("rejected:" + code, sent.Outcome);
        Assert.Equal(mode == "batch" ? 422 : status, sent.HttpStatus);
    }

    [Theory]
    [InlineData("text/xml", "unsupported-content-type")]
    [InlineData("application/json; charset=utf-16", "unsupported-content-type")]
    [InlineData("application/vnd.card+json", null)]
    [InlineData("text/json; charset=utf-8", null)]
    public async Task TakesJsonDataOnly_WhenDataContentTypeIs(string type, string? code)
    {
        var sent = await SendAsync("structured", new Event { Data = Given.Transaction(), More = [("datacontenttype", type)] });
        Assert.Equal(code is null ? "accepted" : "rejected:" + code, sent.Outcome);
        Assert.Equal(code is null ? 202 : 415, sent.HttpStatus);
    }

    [Theory]
    [InlineData("""{"data_base64":"e30="}""", "base64-data")]
    [InlineData("""{"data":null}""", "missing-data")]
    [InlineData("""{"data":{},"extension":{"a":1}}""", "invalid-cloudevent")]
    [InlineData("""{"data":{},"extension":[1]}""", "invalid-cloudevent")]
    [InlineData("""{"data":{},"extension":1.5}""", "invalid-cloudevent")]
    [InlineData("""{"data":{},"extension":99999999999}""", "invalid-cloudevent")]
    [InlineData("""{"data":{},"extension":"\ud800"}""", "invalid-cloudevent")]
    [InlineData("""{"data":{},"ext\ud800":"x"}""", "invalid-cloudevent")]
    [InlineData("""{"data":{},"Extension":"x"}""", "invalid-cloudevent")]
    [InlineData("""{"data":{},"":"x"}""", "invalid-cloudevent")]
    [InlineData("""{"data":{},"time":5}""", "invalid-cloudevent")]
    [InlineData("""{"data":{},"id":7}""", "invalid-cloudevent")]
    [InlineData("""{"data":{},"extension":"x","none":null}""", "missing-field")]
    public async Task RefusesItWithACode_WhenItsMembersAre(string members, string code)
    {
        string body = """{"specversion":"1.0","id":"e","source":"/s","type":"t",""" + members[1..];
        Assert.Equal(code, (await _api.PostAsync(body, Structured)).Code);
    }

    [Theory]
    [InlineData("nonsense", "malformed-json")]
    [InlineData("[]", "not-an-object")]
    [InlineData("null", "not-an-object")]
    [InlineData("", "empty-body")]
    public async Task RefusesWith400_WhenTheStructuredBodyIs(string body, string code) => (await _api.PostAsync(body, Structured)).Expect(400, code);

    [Theory]
    [InlineData("{}", "malformed-json")]
    [InlineData("[", "malformed-json")]
    [InlineData("", "empty-body")]
    public async Task RefusesWith400_WhenTheBatchIs(string body, string code) => (await _api.PostAsync(body, Batch)).Expect(400, code);

    [Fact]
    public async Task AnswersNoResults_WhenABatchIsEmpty() => Assert.Empty((await _api.PostAsync("[]", Batch)).Expect(200).Results);

    [Fact]
    public async Task AcceptsTheOthers_WhenSomeOfABatchAreBad()
    {
        string good = new Event { Data = Given.Transaction() }.ToJson(), good2 = new Event { Data = Given.Transaction() }.ToJson();
        string[] bad = [new Event { Data = Given.Transaction() }.With("id").ToJson(), "{}", "5", "nonsense", """{"specversion":"1.0","id":"x","source":"\ud800","type":"t","data":{}}"""];
        var reply = (await _api.PostAsync(Given.Array([good, .. bad, good2]), Batch)).Expect(207);
        Assert.Equal(
            "accepted,rejected:invalid-cloudevent,rejected:invalid-cloudevent,rejected:not-an-object,rejected:malformed-json,rejected:invalid-cloudevent,accepted", reply.Outcomes);
    }

    [Fact]
    public async Task RefusesTheRecord_WhenItsEnvelopeMakesItTooLarge()
    {
        var sent = await SendAsync("batch", new Event { Data = Given.Transaction(more: $",\"unknown\":\"{new string('a', 66_000)}\"") });
        Assert.Equal("rejected:record-too-large", sent.Outcome);
    }

    [Theory]
    [InlineData(40, "accepted")]
    [InlineData(60, "rejected:attributes-too-large")]
    [InlineData(4000, "rejected:attributes-too-large")]
    public async Task BoundsExtensions_WhenThereAre(int count, string outcome)
    {
        var sent = await SendAsync("structured", new Event { Data = Given.Transaction(), More = [.. Enumerable.Range(0, count).Select(i => (FormattableString.Invariant($"x{i}"), "v"))] });
        Assert.Equal(outcome, sent.Outcome);
    }

    [Fact]
    public async Task IsPlainJson_WhenOnlyAForeignHeaderStartsLikeAnAttribute() =>
        (await _api.PostAsync(Content(Given.Transaction()), null, ("ce-unknown", "x"))).Expect(202);

    [Theory]
    [InlineData("ce-id", "a%", "invalid-cloudevent")]
    [InlineData("ce-id", "\"a", "invalid-cloudevent")]
    [InlineData("ce-subject", "%FF%FE", "invalid-cloudevent")]
    [InlineData("ce-time", "2020-02-03", "invalid-cloudevent")]
    [InlineData("ce-source", "%00", "invalid-cloudevent")]
    public async Task RefusesWith400_WhenAHeaderIs(string header, string value, string code)
    {
        var headers = new Event { Data = "" }.Headers().Where(h => h.Name != header).Append((header, value)).ToArray();
        (await _api.PostAsync(Content(Given.Transaction()), null, headers)).Expect(400, code);
    }

    [Fact]
    public async Task AnswersWithoutServerError_WhenEventsAreChangedAtRandom()
    {
        var random = new Random(7);
        for (int i = 0; i < 1500; i++)
        {
            byte[] body = Encoding.UTF8.GetBytes(Given.Array(new Event { Data = Given.Transaction("fuzz"), Subject = "s", More = [("time", "2020-02-03T04:05:06Z"), ("x", "ü")] }.ToJson()));
            for (int flips = random.Next(1, 6); flips > 0; flips--) body[random.Next(body.Length)] = (byte)random.Next(256);
            bool batch = random.Next(2) == 0;
            var reply = await _api.PostAsync(batch ? body : body[1..^1], batch ? Batch : Structured);
            Assert.True(reply.Status is 200 or 202 or 400 or 413 or 415 or 422, $"{reply.Status} for {Convert.ToBase64String(body)}: {reply.Text}");
        }
    }

    [Fact]
    public async Task AnswersWithoutServerError_WhenHeadersAreRandom()
    {
        var random = new Random(8);
        string[] names = ["ce-specversion", "ce-id", "ce-source", "ce-type", "ce-subject", "ce-time", "ce-partitionkey", "ce-x", "ce-", "ce-os-kind", "ce-datacontenttype", "ce-data"];
        for (int i = 0; i < 500; i++)
        {
            var headers = new Event { Data = "" }.Headers().ToDictionary(h => h.Name, h => h.Value);
            for (int changes = random.Next(1, 4); changes > 0; changes--)
                headers[names[random.Next(names.Length)]] = string.Concat(Enumerable.Range(0, random.Next(0, 40)).Select(_ => (char)random.Next(0x20, 0x7F)));
            var reply = await _api.PostAsync(Content(Given.Transaction("fuzz")), null, [.. headers.Select(h => (h.Key, h.Value))]);
            Assert.True(reply.Status is 202 or 400 or 415 or 422, $"{reply.Status} for {string.Join(" | ", headers)}: {reply.Text}");
        }
    }

    private async Task<Sent> SendAsync(string mode, Event sent)
    {
        var reply = mode switch
        {
            "structured" => await _api.PostAsync(sent.ToJson(), Structured),
            "batch" => await _api.PostAsync($"[{sent.ToJson()}]", Batch),
            _ => await _api.PostAsync(Content(sent.Data ?? ""), null, sent.Headers()),
        };
        if (reply.Status is not (200 or 202))
            return new Sent(reply.Status, "rejected:" + (mode == "batch" ? reply.Results[0].GetProperty("code").GetString() : reply.Code), null, null);
        var result = mode == "batch" ? reply.Results[0] : reply.Json;
        string status = result.GetProperty("status").GetString()!;
        return new Sent(reply.Status, status, result.GetProperty("id").GetString(), result.GetProperty("position").GetString());
    }

    private static ByteArrayContent Content(string json) => new(Encoding.UTF8.GetBytes(json)) { Headers = { ContentType = new(Api.Json) } };

    private sealed record Sent(int HttpStatus, string Outcome, string? Id, string? Position)
    {
        public string Status => Outcome;
    }

    /// <summary>A CloudEvent in the making.</summary>
    private sealed record Event
    {
        public string? SpecVersion { get; init; } = "1.0";
        public string? Id { get; init; } = Given.Id("event");
        public string? Source { get; init; } = "/test";
        public string? Type { get; init; } = "com.example.transaction";
        public string? Subject { get; init; }
        public string? Data { get; init; }
        public (string Name, string Value)[] More { get; init; } = [];

        /// <summary>Without the attribute, or with <c>name=value</c>.</summary>
        public Event With(string change)
        {
            string[] parts = change.Split('=', 2);
            string? value = parts.Length == 1 ? null : parts[1];
            return parts[0] switch
            {
                "specversion" => this with { SpecVersion = value },
                "id" => this with { Id = value },
                "source" => this with { Source = value },
                "type" => this with { Type = value },
                "data" => this with { Data = value },
                _ => this with { More = [.. More, (parts[0], value!)] },
            };
        }

        public string ToJson() =>
            $"{{{string.Join(',', Attributes().Select(a => $"\"{a.Name}\":\"{a.Value}\""))}{(Data is null ? "" : string.Create(CultureInfo.InvariantCulture, $",\"data\":{Data}"))}}}";

        public (string Name, string Value)[] Headers() => [.. Attributes().Select(a => ("ce-" + a.Name, a.Value))];

        private IEnumerable<(string Name, string Value)> Attributes() =>
            new (string Name, string? Value)[] { ("specversion", SpecVersion), ("id", Id), ("source", Source), ("type", Type), ("subject", Subject) }
                .Where(a => a.Value is not null).Select(a => (a.Name, a.Value!)).Concat(More);
    }
}
