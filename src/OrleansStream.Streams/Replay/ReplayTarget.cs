namespace OrleansStream.Streams.Replay;

/// <summary>For whom a replay is: all keys of a processor, one of them, or a read model.</summary>
public enum ReplayTargetKind
{
    /// <summary>Every key of the topic's processor.</summary>
    Group,

    /// <summary>One key of the topic's processor.</summary>
    Key,

    /// <summary>A read model, which is rebuilt.</summary>
    ReadModel,
}

/// <param name="Kind">What it is.</param>
/// <param name="Name">The group's, the model's or the key's name.</param>
public readonly record struct ReplayTarget(ReplayTargetKind Kind, string Name);
