namespace OrleansStream.Streams.Log;

/// <summary>
/// De-duplication sources of records that the engine makes itself; outputs and emissions have the name of the topic they come from. What comes from outside has none of
/// these, or it could pass for one of the engine's and keep it out; a log may also treat records that come from a topic of its own as work in flight, not as input.
/// </summary>
public static class LogSources
{
    /// <summary>A timer of a key that came due.</summary>
    public const string Timer = "timer";
}
