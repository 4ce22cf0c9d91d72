using System.Security.Cryptography;
using System.Text;

namespace OrleansStream.Cli.Sending.Mapping;

/// <summary>
/// Card numbers never leave the machine: a value of 12 to 19 digits (spaces and dashes between them aside) becomes
/// <c>card-</c> and 16 hex digits of its SHA-256. Stable, so that a card is one key in every file; every length, so that
/// no card is sent plainly because its number happens to fail the check digit.
/// </summary>
/// <remarks>A token is a pseudonym, not a secret: who knows the range of numbers can try them all.</remarks>
internal static class CardToken
{
    private const int MinDigits = 12;
    private const int MaxDigits = 19;
    private const int HexLength = 16;

    public static string Of(string value)
    {
        var digits = value.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        var isCardNumber = digits.Length is >= MinDigits and <= MaxDigits && digits.All(char.IsAsciiDigit);
        return isCardNumber ? $"card-{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(digits))).AsSpan(0, HexLength)}" : value;
    }
}
