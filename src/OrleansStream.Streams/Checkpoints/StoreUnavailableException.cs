namespace OrleansStream.Streams.Checkpoints;

/// <summary>
/// The store cannot be read now; it is an outage, and passes. What the database driver threw is in the log of the process that met it: a driver's exceptions cannot be
/// sent between silos, and one exception thrown to a thousand who wait grows by a stack trace with each.
/// </summary>
[GenerateSerializer, Alias("OrleansStream.StoreUnavailableException")]
public sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException() { }
    public StoreUnavailableException(string message) : base(message) { }
    public StoreUnavailableException(string message, Exception inner) : base(message, inner) { }

    /// <summary>What a read met, in a line.</summary>
    public static string Describe(Exception cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        return $"The database could not be read: {cause.GetType().Name}: {cause.Message}";
    }
}
