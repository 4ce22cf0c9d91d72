using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace OrleansStream.Domain.Fraud;

/// <summary>What of a transaction is remembered beyond its card: where, for how much, when, with which device.</summary>
/// <param name="CardHash">XXH3 of the card's id.</param>
/// <param name="Amount">In the base currency.</param>
/// <param name="Time">Event time, with its offset.</param>
/// <param name="Category">Of the merchant.</param>
/// <param name="MerchantId">Null when not named.</param>
/// <param name="TerminalId">Null when not named.</param>
/// <param name="DeviceId">Null when not named.</param>
public readonly record struct Purchase(
    ulong CardHash, double Amount, DateTimeOffset Time, string? Category, string? MerchantId, string? TerminalId, string? DeviceId)
{
    /// <param name="transaction">The event.</param>
    /// <param name="amount">Its amount in the base currency.</param>
    public static Purchase Of(Transaction transaction, decimal amount) => new(
        HashOf(transaction.CardId), (double)amount, transaction.Time, transaction.Merchant?.Category, transaction.Merchant?.Id,
        transaction.Merchant?.TerminalId, transaction.DeviceId);

    public static ulong HashOf(string text) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text.AsSpan()));
}
