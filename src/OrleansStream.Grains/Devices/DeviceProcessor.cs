using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Domain.Fraud;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Devices;

/// <summary>Devices, fed by cards: which cards they were used with first, and the frauds confirmed with them.</summary>
public sealed class DeviceProcessor() : StreamProcessor<DeviceEvent, DeviceState, DeviceChange>(new ProcessorNames
{
    Topic = TopicName,
    Key = GrainName,
    Keys = "devices",
    KeyField = "deviceId",
    OutputId = "transactionId",
    Output = "device-change",
    OutputTopic = OutputTopicName,
})
{
    public const string TopicName = "devices";
    public const string OutputTopicName = "device-changes";
    internal const string GrainName = "device";

    public override DeviceState InitialState => DeviceState.Empty;

    public override bool TakesRequests => false;

    public override TimeSpan? HistoryRetention => TimeSpan.Zero;

    public override ProcessorDocumentation Documentation { get; } = new()
    {
        Group = "Fraud",
        KeyExample = "dev-1",
        StateType = typeof(DeviceView),
        OutputType = typeof(DeviceChange),
        StateExample = """{"deviceId":"dev-1","cards":["card-42"],"confirmedFrauds":0}""",
        OutputExample = """{"transactionId":"tx-1","cardId":"card-42","cards":1,"confirmedFrauds":0}""",
    };

    public override EventReading<DeviceEvent> Read(ReadOnlySpan<byte> json, in ReadingDefaults defaults) => DeviceEvent.Read(json) is { } @event
        ? defaults.Take(@event)
        : defaults.Refuse<DeviceEvent>("invalid-device-event", "The record is neither a sighting nor a label.");

    public override Applied<DeviceState, DeviceChange> Apply(DeviceState state, DeviceEvent @event)
    {
        var next = @event.Label is { } label ? state.Label(label) : state.See(@event.Sighting!);
        if (ReferenceEquals(next, state)) return new(state, []);
        var (transaction, card) = @event.Label is { } l ? (l.TransactionId, l.CardId) : (@event.Sighting!.TransactionId, @event.Sighting.CardId);
        return new(next, [new DeviceChange(transaction, card, next.Cards.Length, next.Frauds.Length)]);
    }

    public override string IdOf(DeviceChange output) => output.TransactionId;

    public override OutputContent ToContent(DeviceChange output, in OutputOrigin<NoFacts> origin) =>
        new(JsonSerializer.SerializeToUtf8Bytes(output, DeviceJson.Default.DeviceChange), origin.ReceivedAt);

    public override byte[] ToJson(DeviceState state, in StateOrigin origin) => JsonSerializer.SerializeToUtf8Bytes(
        new DeviceView(origin.Key, state.Cards, state.Frauds.Length), DeviceJson.Default.DeviceView);
}

/// <summary>One device.</summary>
[GrainType(DeviceProcessor.GrainName)]
internal sealed class DeviceGrain(IGrainContext context) : KeyedStreamGrain<DeviceEvent, DeviceState, DeviceChange>(context);

/// <summary>A device was used with a card for the first time, or a fraud with it was confirmed.</summary>
public readonly record struct DeviceEvent(DeviceSighting? Sighting, CardLabel? Label)
{
    /// <summary>Null when it is neither.</summary>
    public static DeviceEvent? Read(ReadOnlySpan<byte> json)
    {
        if (CardLabelJson.Read(json) is { } label) return new(null, label);
        try
        {
            return JsonSerializer.Deserialize(json, DeviceJson.Default.DeviceSighting) is { } sighting ? new(sighting, null) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A card was used with a device that was new to it.</summary>
public sealed record DeviceSighting
{
    public required string TransactionId { get; init; }
    public required string CardId { get; init; }
    public required DateTimeOffset SeenAt { get; init; }

    public static DeviceSighting Of(Transaction transaction) => new() { TransactionId = transaction.Id, CardId = transaction.CardId, SeenAt = transaction.Time };

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, DeviceJson.Default.DeviceSighting);
}

/// <summary>The first 64 cards a device was used with, and the latest 64 frauds.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.DeviceState")]
public sealed record DeviceState([property: Id(0)] ImmutableArray<string> Cards, [property: Id(1)] ImmutableArray<string> Frauds)
{
    private const int Max = 64;

    public static DeviceState Empty { get; } = new([], []);

    public DeviceState See(DeviceSighting sighting) =>
        Cards.Length >= Max || Cards.Contains(sighting.CardId) ? this : this with { Cards = Cards.Add(sighting.CardId) };

    public DeviceState Label(CardLabel label)
    {
        string id = $"{label.CardId}/{label.TransactionId}";
        if (Frauds.Contains(id) == label.Fraud) return this;
        if (!label.Fraud) return this with { Frauds = Frauds.Remove(id) };
        var frauds = Frauds.Add(id);
        return this with { Frauds = frauds.Length > Max ? frauds.RemoveAt(0) : frauds };
    }
}

/// <summary>What a device's event changed.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.DeviceChange")]
public sealed record DeviceChange(
    [property: Id(0)] string TransactionId, [property: Id(1)] string CardId, [property: Id(2)] int Cards, [property: Id(3)] int ConfirmedFrauds);

/// <summary>What is known of a device.</summary>
public sealed record DeviceView(string DeviceId, IReadOnlyList<string> Cards, int ConfirmedFrauds);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DeviceView))]
[JsonSerializable(typeof(DeviceChange))]
[JsonSerializable(typeof(DeviceSighting))]
internal sealed partial class DeviceJson : JsonSerializerContext;
