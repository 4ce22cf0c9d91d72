using static OrleansStream.Cli.Sending.Mapping.TargetField;
using static OrleansStream.Cli.Sending.Mapping.ValueKind;

namespace OrleansStream.Cli.Sending.Mapping;

/// <summary>The fields of <c>POST /v1/transactions</c>, and what they are called in files met in the wild.</summary>
internal static class TransactionFields
{
    // Nested fields stand beside each other: the writer opens each object once.
    public static readonly IReadOnlyList<TargetField> All =
    [
        Of("id", Text, "trans_num", "transaction_id", "tx_id", "trans_id"),
        Of("cardId", Card, "cc_num", "card", "card_number"),
        Of("amount", Number, "amt", "transaction_amount"),
        Of("currency", Text, "currency_code"),
        Of("time", Time, "unix_time", "timestamp", "transaction_time", "trans_date_trans_time"),
        Of("merchant.id", Text).OrSlugOf("merchant", "merchant_name"),
        Of("merchant.name", Text, "merchant"),
        Of("merchant.category", Text, "category", "mcc"),
        Of("merchant.country", Text, "merch_country"),
        Of("merchant.terminalId", Text, "terminal_id"),
        // merch_*: the place of the purchase. In files that have both, lat/long is where the holder lives.
        Of("location.lat", Number, "merch_lat", "lat", "latitude"),
        Of("location.lon", Number, "merch_long", "merch_lon", "lon", "long", "lng", "longitude"),
        Of("location.country", Text, "country"),
        Of("location.accuracyM", Number, "accuracy_m"),
        Of("deviceId", Text, "device"),
        Of("ip", Text, "ip_address"),
        Of("channel", Text),
        Of("userId", Text, "user", "customer_id"),
        Of("card.issuerCountry", Text, "issuer_country", "card_country"),
        Of("authorization", Text),
    ];
}
