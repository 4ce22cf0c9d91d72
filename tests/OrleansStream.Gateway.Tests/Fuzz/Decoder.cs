namespace OrleansStream.Gateway.Tests.Fuzz;

/// <summary>Something that reads bytes of others.</summary>
/// <param name="Name">For people.</param>
/// <param name="Samples">Good inputs.</param>
/// <param name="Read">Reads one.</param>
/// <param name="Refusal">The exception by which it says that it cannot read something; null when it must never throw. Anything else is a crash.</param>
internal sealed record Decoder(string Name, IReadOnlyList<byte[]> Samples, Action<byte[]> Read, Type? Refusal = null)
{
    /// <summary>Takes an input as its callers do.</summary>
    /// <returns>True when it was read, false when it was refused as it may be.</returns>
    public bool Take(byte[] input)
    {
        try
        {
            Read(input);
            return true;
        }
        catch (Exception e) when (Refusal is not null && Refusal.IsInstanceOfType(e) && e is not (OutOfMemoryException or InsufficientExecutionStackException))
        {
            return false;
        }
    }
}
