using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace OrleansStream.Domain.Fraud;

/// <summary>
/// Everything the rules of one decision see, stored with it: the decision can be made again from it, to the bit, by any rule set. Numbers are single
/// precision, 4 bytes each, and the rules are given them as they are stored.
/// </summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.FraudInputs"), Immutable]
public sealed record FraudInputs
{
    /// <summary>How many features this code knows.</summary>
    public static int FeatureCount { get; } = Enum.GetValues<Feature>().Length;

    /// <summary>The names of the features, by number, in camel case.</summary>
    public static ImmutableArray<string> FeatureNames { get; } = [.. Enum.GetNames<Feature>().Select(JsonNamingPolicy.CamelCase.ConvertName)];

    /// <summary>Values by the number of the feature, little-endian.</summary>
    [Id(0)]
    public byte[] Values { get; init; } = [];

    [Id(1)]
    public string? Category { get; init; }

    [Id(2)]
    public string? MerchantId { get; init; }

    [Id(3)]
    public string? TerminalId { get; init; }

    [Id(4)]
    public string? DeviceId { get; init; }

    [Id(5)]
    public string? Currency { get; init; }

    [Id(6)]
    public string? Country { get; init; }

    [Id(7)]
    public string? IssuerCountry { get; init; }

    [Id(8)]
    public Channel? Channel { get; init; }

    [Id(9)]
    public string? MerchantCountry { get; init; }

    /// <summary>A feature's value; 0 for one that an older decision did not have.</summary>
    public float this[Feature feature] =>
        (int)feature * sizeof(float) < Values.Length ? MemoryMarshal.Cast<byte, float>(Values)[(int)feature] : 0;

    // Written out because arrays compare by reference.
    public bool Equals(FraudInputs? other) =>
        other is not null
        && Values.AsSpan().SequenceEqual(other.Values)
        && Category == other.Category
        && MerchantId == other.MerchantId
        && TerminalId == other.TerminalId
        && DeviceId == other.DeviceId
        && Currency == other.Currency
        && Country == other.Country
        && IssuerCountry == other.IssuerCountry
        && MerchantCountry == other.MerchantCountry
        && Channel == other.Channel;

    public override int GetHashCode() => HashCode.Combine(this[Feature.Amount], this[Feature.History], Category, MerchantId);
}
