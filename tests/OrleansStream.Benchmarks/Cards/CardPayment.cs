using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>A payment as it is sent: some 210 bytes of JSON.</summary>
/// <param name="Number">Which of the run's it is, from 0: its id.</param>
/// <param name="Card">The key.</param>
/// <param name="Cents">The amount in hundredths of the currency.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Lat">Degrees.</param>
/// <param name="Lon">Degrees.</param>
/// <param name="Device">What paid.</param>
/// <param name="Category">The merchant's, ISO 18245.</param>
/// <param name="Time">Milliseconds since 1970.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.Bench.CardPayment")]
internal sealed record CardPayment(
    [property: Id(0)] int Number, [property: Id(1)] string Card, [property: Id(2)] long Cents, [property: Id(3)] string Currency, [property: Id(4)] double Lat,
    [property: Id(5)] double Lon, [property: Id(6)] string Device, [property: Id(7)] int Category, [property: Id(8)] long Time)
{
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, CardJson.Default.CardPayment);

    public static CardPayment Parse(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, CardJson.Default.CardPayment)!;
}

/// <summary>What was decided.</summary>
/// <param name="Number">The payment's.</param>
/// <param name="Outcome">0 approve, 1 review, 2 decline.</param>
/// <param name="Reasons">Bits of <see cref="CardCheck"/>.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.Bench.CardVerdict")]
internal sealed record CardVerdict([property: Id(0)] int Number, [property: Id(1)] int Outcome, [property: Id(2)] int Reasons)
{
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, CardJson.Default.CardVerdict);

    public static CardVerdict Parse(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, CardJson.Default.CardVerdict)!;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CardPayment))]
[JsonSerializable(typeof(CardVerdict))]
internal sealed partial class CardJson : JsonSerializerContext;
