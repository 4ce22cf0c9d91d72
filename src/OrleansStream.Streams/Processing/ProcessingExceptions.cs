namespace OrleansStream.Streams.Processing;

/// <summary>The key has not applied the record before the ones it was given: they come again, with what is missing.</summary>
[GenerateSerializer, Alias("OrleansStream.RecordGapException")]
public sealed class RecordGapException : Exception
{
    public RecordGapException() { }
    public RecordGapException(string message) : base(message) { }
    public RecordGapException(string message, Exception inner) : base(message, inner) { }
}

/// <summary>A later owner of the partition has taken over: whoever gets this is not the owner any more.</summary>
[GenerateSerializer, Alias("OrleansStream.OwnerSupersededException")]
public sealed class OwnerSupersededException : Exception
{
    public OwnerSupersededException() { }
    public OwnerSupersededException(string message) : base(message) { }
    public OwnerSupersededException(string message, Exception inner) : base(message, inner) { }
}

/// <summary>What the store holds of a key cannot be read: its records go to the dead letters until somebody repairs it.</summary>
[GenerateSerializer, Alias("OrleansStream.StateUnreadableException")]
public sealed class StateUnreadableException : Exception
{
    public StateUnreadableException() { }
    public StateUnreadableException(string message) : base(message) { }
    public StateUnreadableException(string message, Exception inner) : base(message, inner) { }
}

/// <summary>The store can never hold what a record makes of its key: the record goes to the dead letters.</summary>
[GenerateSerializer, Alias("OrleansStream.StateUnstorableException")]
public sealed class StateUnstorableException : Exception
{
    public StateUnstorableException() { }
    public StateUnstorableException(string message) : base(message) { }
    public StateUnstorableException(string message, Exception inner) : base(message, inner) { }
}

/// <summary>
/// A later release has stored a key's state in a version that this one does not know. No poison: the call is made again until the key is activated by a process that does.
/// </summary>
[GenerateSerializer, Alias("OrleansStream.StateNewerException")]
public sealed class StateNewerException : Exception
{
    public StateNewerException() { }
    public StateNewerException(string message) : base(message) { }
    public StateNewerException(string message, Exception inner) : base(message, inner) { }
}
