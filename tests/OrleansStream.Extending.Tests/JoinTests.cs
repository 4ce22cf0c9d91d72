using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.Testing;

namespace OrleansStream.Extending.Tests;

/// <summary>Two topics joined on a key: both emit to a third, whose key is the one they have in common; whatever comes second finds what came first.</summary>
public sealed partial class JoinTests
{
    [Fact]
    public void PutsOutEachPairOnce_WhateverComesFirst()
    {
        using var shipments = new ProcessorHarness<Side, Pair, Shipment, NoFacts>(new ShipmentProcessor());
        using var orders = new ProcessorHarness<Order, Seen, Seen, NoFacts>(new OrderProcessor()).Feed(shipments);
        using var parcels = new ProcessorHarness<Parcel, Seen, Seen, NoFacts>(new ParcelProcessor()).Feed(shipments);

        orders.Send(new Order("customer-1", "order-1", 20));
        parcels.Send(new Parcel("depot-1", "order-1", 2.5));
        parcels.Send(new Parcel("depot-1", "order-2", 1));
        Assert.Single(shipments.Outputs);
        orders.Send(new Order("customer-2", "order-2", 30));
        orders.Send(new Order("customer-2", "order-2", 30));

        Assert.Equal([("order-1", 20, 2.5), ("order-2", 30, 1)], shipments.Outputs.Select(o => (o.Key, o.Value.Amount, o.Value.Weight)));
        Assert.Empty(shipments.DeadLetters);
    }

    internal sealed record Order(string CustomerId, string OrderId, double Amount);

    internal sealed record Parcel(string DepotId, string OrderId, double Weight);

    /// <summary>What one of the two says of an order.</summary>
    internal sealed record Side(double? Amount = null, double? Weight = null);

    [GenerateSerializer, Immutable, Alias("JoinTests.Pair")]
    internal sealed record Pair([property: Id(0)] double? Amount, [property: Id(1)] double? Weight);

    [GenerateSerializer, Immutable, Alias("JoinTests.Shipment")]
    internal sealed record Shipment([property: Id(0)] double Amount, [property: Id(1)] double Weight);

    [GenerateSerializer, Immutable, Alias("JoinTests.Seen")]
    internal sealed record Seen([property: Id(0)] int Count);

    /// <summary>Passes each event on to the key that it has in common with the other topic.</summary>
    internal abstract class Forwarder<TEvent>(ProcessorNames names) : StreamProcessor<TEvent, Seen, Seen>(names)
    {
        public override Seen InitialState => new(0);

        public override string IdOf(Seen output) => "";

        public override OutputContent ToContent(Seen output, in OutputOrigin<NoFacts> origin) => new("{}"u8.ToArray(), origin.ReceivedAt);

        public override byte[] ToJson(Seen state, in StateOrigin origin) => JsonSerializer.SerializeToUtf8Bytes(state, JoinJson.Default.Seen);

        protected static Applied<Seen, Seen> Forward(Seen state, string order, Side side) =>
            new(new Seen(state.Count + 1), []) { Emissions = [new Emission("shipments", order, JsonSerializer.SerializeToUtf8Bytes(side, JoinJson.Default.Side))] };
    }

    internal sealed class OrderProcessor() : Forwarder<Order>(new() { Topic = "orders", Key = "customer", Keys = "customers", KeyField = "customerId", Output = "order-seen", OutputTopic = "orders-seen" })
    {
        public override EventReading<Order> Read(ReadOnlySpan<byte> json, in ReadingDefaults defaults) =>
            JsonEvents.Read(json, defaults, JoinJson.Default.Order, Names, order => new EventIdentity(order.CustomerId, order.OrderId));

        public override Applied<Seen, Seen> Apply(Seen state, Order order) => Forward(state, order.OrderId, new Side(Amount: order.Amount));
    }

    internal sealed class ParcelProcessor() : Forwarder<Parcel>(new() { Topic = "parcels", Key = "depot", Keys = "depots", KeyField = "depotId", Output = "parcel-seen", OutputTopic = "parcels-seen" })
    {
        public override EventReading<Parcel> Read(ReadOnlySpan<byte> json, in ReadingDefaults defaults) =>
            JsonEvents.Read(json, defaults, JoinJson.Default.Parcel, Names, parcel => new EventIdentity(parcel.DepotId, parcel.OrderId));

        public override Applied<Seen, Seen> Apply(Seen state, Parcel parcel) => Forward(state, parcel.OrderId, new Side(Weight: parcel.Weight));
    }

    internal sealed class ShipmentProcessor() : StreamProcessor<Side, Pair, Shipment>(new() { Topic = "shipments", Key = "order", Keys = "orders", KeyField = "orderId", Output = "shipment", OutputTopic = "shipped" })
    {
        public override Pair InitialState => new(null, null);

        public override EventReading<Side> Read(ReadOnlySpan<byte> json, in ReadingDefaults defaults) =>
            JsonEvents.Read(json, defaults, JoinJson.Default.Side, Names, _ => default);

        public override Applied<Pair, Shipment> Apply(Pair state, Side side)
        {
            var next = new Pair(side.Amount ?? state.Amount, side.Weight ?? state.Weight);
            bool isPair = next is { Amount: not null, Weight: not null } && (state.Amount is null || state.Weight is null);
            return new(next, isPair ? [new Shipment(next.Amount!.Value, next.Weight!.Value)] : []);
        }

        public override string IdOf(Shipment output) => "";

        public override OutputContent ToContent(Shipment output, in OutputOrigin<NoFacts> origin) => new(JsonSerializer.SerializeToUtf8Bytes(output, JoinJson.Default.Shipment), origin.ReceivedAt);

        public override byte[] ToJson(Pair state, in StateOrigin origin) => JsonSerializer.SerializeToUtf8Bytes(state, JoinJson.Default.Pair);
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(Order))]
    [JsonSerializable(typeof(Parcel))]
    [JsonSerializable(typeof(Side))]
    [JsonSerializable(typeof(Pair))]
    [JsonSerializable(typeof(Shipment))]
    [JsonSerializable(typeof(Seen))]
    internal sealed partial class JoinJson : JsonSerializerContext;
}
