namespace OrleansStream.Domain.Fraud;

/// <summary>Reads a transaction from its JSON.</summary>
public static class TransactionReader
{
    public static TransactionReadResult Read(ReadOnlySpan<byte> utf8Json, in EventDefaults defaults) => throw new NotSupportedException();
}
