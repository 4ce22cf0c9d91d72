using System.Text.Json;
using System.Text.Unicode;
using OrleansStream.Domain.Json;
using Codes = OrleansStream.Domain.Fraud.TransactionErrorCodes;

namespace OrleansStream.Domain.Fraud;

/// <summary>
/// JSON of <c>POST /v1/transactions</c> → <see cref="Transaction"/>. The gateway validates with it, the card's grain
/// decodes with it, so both always agree.
/// </summary>
public static class TransactionReader
{
    private const int LongestId = 256;

    /// <summary>
    /// Reads one record: a transaction, or every error it has. Never throws, whatever the bytes.
    /// </summary>
    /// <param name="utf8Json">One JSON object in UTF-8, white space around it allowed.</param>
    /// <param name="defaults">Id and time for a record without its own, and the latest time allowed.</param>
    public static TransactionReadResult Read(ReadOnlySpan<byte> utf8Json, in EventDefaults defaults)
    {
        if (!Utf8.IsValid(utf8Json))
            return Refuse(FieldErrorCodes.InvalidUtf8, $"The record is not valid UTF-8 at byte {ValidPrefix(utf8Json)}.", default, defaults);

        var parser = new TransactionParser(utf8Json);
        try
        {
            if (!parser.Parse())
                return Refuse(FieldErrorCodes.NotAnObject, "The record must be a JSON object.", parser, defaults);
        }
        catch (JsonException exception)
        {
            var offset = OffsetOf(exception, utf8Json);
            return IsTooDeep(parser, utf8Json, offset)
                ? Refuse(FieldErrorCodes.DepthExceeded, $"The record is nested deeper than {JsonFieldReader.DeepestLevel} levels.", parser, defaults)
                : Refuse(FieldErrorCodes.MalformedJson, $"The record is not valid JSON at byte {offset}.", parser, defaults);
        }

        return Check(ref parser, defaults);
    }

    private static TransactionReadResult Check(ref TransactionParser parser, in EventDefaults defaults)
    {
        var id = parser.Id ?? CheckDefaultId(ref parser, defaults.Id);
        var cardId = parser.CardId ?? CheckDefaultCardId(ref parser, defaults.CardId);
        var time = parser.Time ?? defaults.Time;
        if (id is null)
            parser.Errors.AddMissing("id");
        if (cardId is null)
            parser.Errors.AddMissing("cardId");
        if (parser.Amount is null)
            parser.Errors.AddMissing("amount");
        if (time is null)
            parser.Errors.AddMissing("time");
        else if (time > defaults.LatestAllowedTime && !parser.Errors.HasWithin("time"))
            parser.Errors.Add(FieldErrorCodes.TimeInFuture, "time", "time is too far ahead of the server's clock.");

        if (!parser.Errors.IsEmpty)
            return new TransactionReadResult(parser.Errors.ToImmutable(), id, cardId);
        return new TransactionReadResult(new Transaction
        {
            Id = id!,
            CardId = cardId!,
            Amount = parser.Amount!.Value,
            Currency = parser.Currency,
            Time = time!.Value,
            Merchant = parser.Merchant,
            Location = parser.Location,
            Country = parser.Country,
            DeviceId = parser.DeviceId,
            Ip = parser.Ip,
            Channel = parser.Channel,
            UserId = parser.UserId,
            IssuerCountry = parser.IssuerCountry,
            Authorization = parser.Authorization,
        });
    }

    // A default may be a sender's, too: the ce-id header of a CloudEvent.
    private static string? CheckDefaultId(ref TransactionParser parser, string? id)
    {
        if (id is null || parser.Errors.HasWithin("id"))
            return null;
        if (id.Length > LongestId)
            parser.Errors.Add(FieldErrorCodes.FieldTooLong, "id", $"id must be at most {LongestId} characters.");
        else if (id.Length > 0 && !TransactionIdRule.IsWellFormed(id))
            parser.Errors.Add(FieldErrorCodes.InvalidId, "id", TransactionIdRule.Detail);
        else
            return id;
        return null;
    }

    private static string? CheckDefaultCardId(ref TransactionParser parser, string? cardId)
    {
        if (cardId is null || parser.Errors.HasWithin("cardId"))
            return null;
        if (CardIdRule.IsPan(cardId))
            parser.Errors.Add(Codes.PanNotAllowed, "cardId", CardIdRule.PanDetail);
        else if (!CardIdRule.IsWellFormed(cardId))
            parser.Errors.Add(Codes.InvalidCardId, "cardId", CardIdRule.Detail);
        else
            return cardId;
        return null;
    }

    private static TransactionReadResult Refuse(string code, string detail, TransactionParser parser, in EventDefaults defaults) =>
        new([new FieldError(code, "", detail)], parser.Id ?? defaults.Id, parser.CardId);

    // The framework refuses the bracket that would open one level too many.
    private static bool IsTooDeep(TransactionParser parser, ReadOnlySpan<byte> utf8Json, int offset) =>
        parser.Level >= JsonFieldReader.DeepestLevel && offset < utf8Json.Length && utf8Json[offset] is (byte)'{' or (byte)'[';

    private static int ValidPrefix(ReadOnlySpan<byte> utf8)
    {
        Utf8.ToUtf16(utf8, new char[utf8.Length], out var read, out _, replaceInvalidSequences: false);
        return read;
    }

    // The framework counts lines and bytes within the line; a sender looks for a byte of the record.
    private static int OffsetOf(JsonException exception, ReadOnlySpan<byte> utf8Json)
    {
        var lineStart = 0;
        for (var line = exception.LineNumber ?? 0; line > 0; line--)
            lineStart += utf8Json[lineStart..].IndexOf((byte)'\n') + 1;
        return lineStart + (int)(exception.BytePositionInLine ?? 0);
    }
}
