using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Domain.Fraud;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Merchants;

/// <summary>
/// Merchants, fed by what cards learn of their transactions there: the frauds confirmed lately, each once however often it is said. What it puts out is what
/// changed; the population that gives decisions their facts reads it.
/// </summary>
public sealed class MerchantProcessor() : StreamProcessor<CardLabel, MerchantState, ConfirmedFraud>(new ProcessorNames
{
    Topic = TopicName,
    Key = GrainName,
    Keys = "merchants",
    KeyField = "merchantId",
    OutputId = "transactionId",
    Output = "merchant-fraud",
    OutputTopic = OutputTopicName,
})
{
    public const string TopicName = "merchants";
    public const string OutputTopicName = "merchant-frauds";

    /// <summary>The key of transactions that name no merchant: the category learns from them all the same.</summary>
    public const string Unnamed = "-";
    internal const string GrainName = "merchant";

    public override MerchantState InitialState => MerchantState.Empty;

    public override bool TakesRequests => false;

    public override TimeSpan? HistoryRetention => TimeSpan.Zero;

    public override ProcessorDocumentation Documentation { get; } = new()
    {
        Group = "Fraud",
        KeyExample = "m-7",
        StateType = typeof(MerchantView),
        OutputType = typeof(ConfirmedFraud),
        StateExample = """{"merchantId":"m-7","confirmedFrauds":1,"windowDays":35,"terminals":{"t-1":1},"frauds":[{"transactionId":"tx-1","cardId":"card-42","time":"2026-11-22T10:00:00Z","amount":129.95,"terminalId":"t-1"}]}""",
        OutputExample = """{"transactionId":"tx-1","fraud":true,"label":{"transactionId":"tx-1","cardId":"card-42","fraud":true,"time":"2026-11-29T10:00:00Z","purchaseTime":"2026-11-22T10:00:00Z","amount":129.95,"merchantId":"m-7"}}""",
    };

    public override EventReading<CardLabel> Read(ReadOnlySpan<byte> json, in ReadingDefaults defaults) => CardLabelJson.Read(json) is { } label
        ? defaults.Take(label, label.Time, label.MerchantId ?? Unnamed)
        : defaults.Refuse<CardLabel>("invalid-label", "The record is no label.");

    public override Applied<MerchantState, ConfirmedFraud> Apply(MerchantState state, CardLabel @event)
    {
        var next = state.Label(@event);
        return new(next, ReferenceEquals(next, state) ? [] : [new ConfirmedFraud(@event.TransactionId, @event.Fraud, @event)]);
    }

    public override string IdOf(ConfirmedFraud output) => output.TransactionId;

    public override OutputContent ToContent(ConfirmedFraud output, in OutputOrigin<NoFacts> origin) => new(output.ToJson(), output.Label.Time);

    public override byte[] ToJson(MerchantState state, in StateOrigin origin) =>
        JsonSerializer.SerializeToUtf8Bytes(MerchantView.Of(origin.Key, state), MerchantJson.Default.MerchantView);
}

/// <summary>One merchant.</summary>
[GrainType(MerchantProcessor.GrainName)]
internal sealed class MerchantGrain(IGrainContext context) : KeyedStreamGrain<CardLabel, MerchantState, ConfirmedFraud>(context);

/// <summary>The frauds confirmed at a merchant within five weeks of the newest, at most 256, by time and transaction.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.MerchantState")]
public sealed record MerchantState([property: Id(0)] ImmutableArray<MerchantFraud> Frauds)
{
    private const int MaxFrauds = 256;

    public static MerchantState Empty { get; } = new([]);

    /// <summary>The same state when it was known.</summary>
    public MerchantState Label(CardLabel label)
    {
        int known = -1;
        for (int i = 0; i < Frauds.Length && known < 0; i++)
            if (Frauds[i].TransactionId == label.TransactionId && Frauds[i].CardId == label.CardId) known = i;
        if (known >= 0 == label.Fraud) return this;
        if (known >= 0) return new MerchantState(Frauds.RemoveAt(known));
        var frauds = Frauds.Add(new MerchantFraud(label.TransactionId, label.CardId, label.PurchaseTime, label.Amount, label.TerminalId)).Sort(MerchantFraud.ByTime);
        var oldest = frauds[^1].Time - TimeSpan.FromDays(7 * RiskWindow.Weeks);
        int drop = 0;
        while (drop < frauds.Length && (frauds[drop].Time < oldest || frauds.Length - drop > MaxFrauds)) drop++;
        return new MerchantState(frauds.RemoveRange(0, drop));
    }
}

/// <summary>A fraud confirmed at a merchant.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.MerchantFraud")]
public sealed record MerchantFraud(
    [property: Id(0)] string TransactionId, [property: Id(1)] string CardId, [property: Id(2)] DateTimeOffset Time, [property: Id(3)] double Amount,
    [property: Id(4)] string? TerminalId)
{
    public static IComparer<MerchantFraud> ByTime { get; } = Comparer<MerchantFraud>.Create((left, right) =>
        left.Time != right.Time ? left.Time.CompareTo(right.Time) : string.CompareOrdinal(left.TransactionId, right.TransactionId));
}

/// <summary>A fraud was confirmed at a merchant, or turned out to be none.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.ConfirmedFraud")]
public sealed record ConfirmedFraud([property: Id(0)] string TransactionId, [property: Id(1)] bool Fraud, [property: Id(2)] CardLabel Label)
{
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, MerchantJson.Default.ConfirmedFraud);

    public static ConfirmedFraud? FromJson(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, MerchantJson.Default.ConfirmedFraud);
}

/// <summary>What is known of a merchant.</summary>
public sealed record MerchantView(string MerchantId, int ConfirmedFrauds, int WindowDays, IReadOnlyDictionary<string, int> Terminals, IReadOnlyList<MerchantFraud> Frauds)
{
    public static MerchantView Of(string id, MerchantState state) => new(
        id, state.Frauds.Length, 7 * RiskWindow.Weeks, state.Frauds.Where(f => f.TerminalId is not null).CountBy(f => f.TerminalId!).ToDictionary(), [.. state.Frauds.Reverse()]);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MerchantView))]
[JsonSerializable(typeof(ConfirmedFraud))]
internal sealed partial class MerchantJson : JsonSerializerContext;
