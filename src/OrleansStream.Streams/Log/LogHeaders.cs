namespace OrleansStream.Streams.Log;

/// <summary>Header names that mean something to the engine itself.</summary>
public static class LogHeaders
{
    /// <summary>
    /// The dead letter that this record is a redrive of. It is part of the identity, so that a redrive passes de-duplication though its first one is
    /// known, once per dead letter.
    /// </summary>
    public const string RedriveOf = "redriveOf";
}
