namespace OrleansStream.Grains.Users;

/// <summary>The topics of personalization.</summary>
public static class UserTopics
{
    /// <summary>What visitors do, key = user or anonymous id.</summary>
    public const string Clicks = "clicks";

    /// <summary>Steps of sessions as they were applied: what the neighbour index is made of.</summary>
    public const string SessionClicks = "session-clicks";

    /// <summary>One key: the type of its grain, which also names its rows.</summary>
    public const string User = "user";

    /// <summary>The de-duplication source of messages of Segment's spec.</summary>
    public const string SegmentSource = "segment";

    /// <summary>The same of <c>/v1/recommend</c>.</summary>
    public const string RecommendSource = "recommend";

    /// <summary>The same of sessions of before that were handed in as such.</summary>
    public const string ImportSource = "session-import";
}
