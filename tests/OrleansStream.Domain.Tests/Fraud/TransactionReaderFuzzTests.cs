using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using OrleansStream.Domain.Fraud;

namespace OrleansStream.Domain.Tests.Fraud;

public sealed class TransactionReaderFuzzTests
{
    private static readonly EventDefaults Defaults = new("assigned", DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);

    private static readonly Gen<string?> OptionalText = Gen.String.Select(text => text is { Length: > 0 and <= 256 } ? Valid(text) : null);

    private static readonly Gen<string?> Country = Gen.OneOf<string?>(null, "DE", "IN", "US");

    private static readonly Gen<Merchant> Merchants = Gen.Select(OptionalText, OptionalText, Country, (id, name, country) =>
        new Merchant { Id = id, Name = name, Country = country, Category = id, TerminalId = name });

    private static readonly Gen<Location> Locations = Gen.Select(
        Gen.Double[-90, 90], Gen.Double[-180, 180], Country, Gen.Double[0, 1e6].Nullable(), (lat, lon, country, accuracyM) =>
            new Location(lat, lon, country, accuracyM));

    private static readonly Gen<Transaction> Transactions =
        from id in Gen.Char.AlphaNumeric.Array[1, 256]
        from cardId in Gen.OneOf(Gen.Char.AlphaNumeric, Gen.OneOf('.', '_', ':', '-')).Array[1, 127]
        from amount in Gen.Decimal[0m, 1e12m]
        from time in Gen.DateTimeOffset
        from merchant in Gen.Null(Merchants)
        from location in Gen.Null(Locations)
        from texts in OptionalText.Array[4]
        from channel in Gen.Enum<Channel>().Nullable()
        from authorization in Gen.Enum<Authorization>().Nullable()
        select new Transaction
        {
            Id = new string(id),
            CardId = "c" + new string(cardId),
            Amount = amount,
            Time = time,
            Merchant = merchant,
            Location = location,
            Country = location?.Country ?? merchant?.Country,
            Currency = texts[0],
            DeviceId = texts[1],
            Ip = texts[2],
            UserId = texts[3],
            IssuerCountry = merchant?.Country,
            Channel = channel,
            Authorization = authorization,
        };

    [Fact]
    public void ReturnsEqual_WhenTheRecordIsGood() => Transactions.Sample(transaction =>
    {
        var result = TransactionReader.Read(ToJson(transaction), Defaults);
        Assert.Empty(result.Errors);
        Assert.Equal(transaction, result.Transaction);
        Assert.True(transaction.Time.EqualsExact(result.Transaction!.Time));
    });

    [Fact]
    public void NeverThrows_WhenBytesAreRandom() =>
        Gen.Byte.Array[0, 300].Sample(bytes => IsConsistent(TransactionReader.Read(bytes, Defaults)), iter: 20_000);

    [Fact]
    public void NeverThrows_WhenGoodRecordsAreMutated() =>
        (from transaction in Transactions
         from edits in Gen.Select(Gen.Int[0, 3], Gen.Int[0, 10_000], Gen.Byte).Array[1, 4]
         select (transaction, edits))
        .Sample((transaction, edits) =>
        {
            var json = edits.Aggregate(ToJson(transaction), Mutate);
            return IsConsistent(TransactionReader.Read(json, Defaults));
        }, iter: 20_000);

    [Fact]
    public void NeverThrows_WhenTokensAreShuffled() =>
        Gen.OneOf(
            "{", "}", "[", "]", ",", ":", "\"id\"", "\"cardId\"", "\"amount\"", "\"location\"", "\"lat\"", "\"\\ud800\"", "\"merchant\"",
            "\"time\"", "null", "true", "-1", "1e999", "NaN", "\n", "\"", "\\", "\u0000", "\"4111111111111111\"")
        .Array[0, 40].Sample(
            tokens => IsConsistent(TransactionReader.Read(System.Text.Encoding.UTF8.GetBytes("{" + string.Concat(tokens)), Defaults)),
            iter: 50_000);

    private static bool IsConsistent(TransactionReadResult result) =>
        result.IsValid == result.Errors.IsEmpty
        && result.Errors.All(error => error.Code.Length > 0 && !error.Detail.Contains("4111", StringComparison.Ordinal));

    private static byte[] Mutate(byte[] json, (int Kind, int Position, byte Value) edit)
    {
        if (json.Length == 0)
            return json;
        var position = edit.Position % json.Length;
        return edit.Kind switch
        {
            0 => [.. json[..position], edit.Value, .. json[(position + 1)..]],
            1 => [.. json[..position], .. json[(position + 1)..]],
            2 => [.. json[..position], edit.Value, .. json[position..]],
            _ => json[..position],
        };
    }

    // Half a surrogate pair is no text and cannot be written.
    private static string Valid(string text) => "x" + string.Concat(text.Where(character => !char.IsSurrogate(character)).Take(255));

    private static byte[] ToJson(Transaction transaction) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["id"] = transaction.Id,
        ["cardId"] = transaction.CardId,
        ["amount"] = transaction.Amount,
        ["currency"] = transaction.Currency,
        ["time"] = transaction.Time.ToString("O"),
        ["merchant"] = transaction.Merchant is { } merchant
            ? new JsonObject
            {
                ["id"] = merchant.Id,
                ["name"] = merchant.Name,
                ["category"] = merchant.Category,
                ["country"] = merchant.Country,
                ["terminalId"] = merchant.TerminalId,
            }
            : null,
        ["location"] = transaction.Location is { } location
            ? new JsonObject
            {
                ["lat"] = location.Lat,
                ["lon"] = location.Lon,
                ["country"] = location.Country,
                ["accuracyM"] = location.AccuracyM,
            }
            : null,
        ["deviceId"] = transaction.DeviceId,
        ["ip"] = transaction.Ip,
        ["channel"] = transaction.Channel?.ToWireName(),
        ["userId"] = transaction.UserId,
        ["card"] = new JsonObject { ["issuerCountry"] = transaction.IssuerCountry },
        ["authorization"] = transaction.Authorization?.ToWireName(),
    });
}
