namespace OrleansStream.Domain.Fraud;

/// <summary>What may name a card: a token, never a primary account number (PCI DSS 3.x forbids storing one readable).</summary>
public static class CardIdRule
{
    public const int LongestLength = 128;
    public const string Detail = "cardId must be 1 to 128 characters of [A-Za-z0-9._:-].";
    public const string PanDetail = "cardId is a card number: send a token instead.";
    private const int ShortestPan = 13;
    private const int LongestPan = 19;

    /// <summary>1 to 128 characters of <c>[A-Za-z0-9._:-]</c>.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> cardId)
    {
        if (cardId.IsEmpty || cardId.Length > LongestLength)
            return false;
        foreach (var character in cardId)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('.' or '_' or ':' or '-'))
                return false;
        }

        return true;
    }

    /// <summary>
    /// 13 to 19 digits (ISO/IEC 7812-1) with a valid Luhn check digit, also with separators between the groups. A
    /// blank counts as one, so that the way a number stands on the card gets the telling error.
    /// </summary>
    public static bool IsPan(ReadOnlySpan<char> cardId)
    {
        var digits = 0;
        var sum = 0;
        for (var i = cardId.Length - 1; i >= 0; i--)
        {
            if (cardId[i] is '-' or '.' or ':' or '_' or ' ')
                continue;
            if (!char.IsAsciiDigit(cardId[i]))
                return false;
            var digit = cardId[i] - '0';
            var doubled = digit * 2;
            if (digits++ % 2 == 0)
                sum += digit;
            else
                sum += doubled > 9 ? doubled - 9 : doubled;
        }

        return digits is >= ShortestPan and <= LongestPan && sum % 10 == 0;
    }
}
