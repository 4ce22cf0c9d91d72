namespace OrleansStream.Domain.Fraud;

/// <summary>What may name a transaction: ids travel in headers and paths, so control characters are out.</summary>
internal static class TransactionIdRule
{
    public const string Detail = "id must be neither empty nor contain control characters.";

    public static bool IsWellFormed(string id)
    {
        foreach (var character in id)
        {
            if (char.IsControl(character))
                return false;
        }

        return id.Length > 0;
    }
}
