using System.Text.Json;

namespace OrleansStream.Web.Gateway;

/// <summary><c>GET /v1/topics</c>.</summary>
public sealed record TopicList(IReadOnlyList<TopicItem> Items);

public sealed record TopicItem(string Name, string? Key, IReadOnlyList<PartitionItem> Partitions);

public sealed record PartitionItem(
    int Partition, long Low, long High, long? Committed, long? Lag, double? WatermarkAgeSeconds, string? Silo, long? Owner, int? Window, IReadOnlyList<HotKey>? HotKeys);

public sealed record HotKey(string Key, long Records, long Error);

/// <summary><c>GET /v1/dead-letters</c>.</summary>
public sealed record DeadLetterList(IReadOnlyList<DeadLetterItem> Items, string? Next);

public sealed record DeadLetterItem(
    string Id, string Topic, string Key, string Code, string Exception, int Attempts, string Status, DateTimeOffset FailedAt, string? RedriveOf, string? RedrivenAs, string? Text = null);

public sealed record RedriveAnswer(string Id, string Position);

/// <summary><c>GET /v1/jobs</c>.</summary>
public sealed record JobList(IReadOnlyList<JobItem> Items);

public sealed record JobItem(
    string Id, string Kind, string Status, string? Topic, string? Target, string? From, string? To, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, JobProgress Progress, string? Error, JsonElement? Result)
{
    public bool IsFinished => Status is "completed" or "failed" or "cancelled";
}

public sealed record JobProgress(long Total, long Scanned, long Delivered, long Applied, long Published, double Percent);

/// <summary><c>POST /v1/replays</c>.</summary>
public sealed record ReplayRequest(string Topic, string From, string? To, string Target);
