using OrleansStream.Streams.Jobs;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Streams.DeadLetters;

/// <summary>
/// What can be done with dead letters, from any process. Every change is a record in the log and may be made twice: two who redrive the same letter get the same
/// position, and the record is in its topic once. What is answered, this process's list shows.
/// </summary>
public sealed class DeadLetterQueue(IEventLog log, DeadLetterList list, IReadModels models, JobClient jobs, TimeProvider time)
{
    private const int AtOnce = 500;
    private static readonly TimeSpan ListWait = TimeSpan.FromSeconds(5);

    /// <summary>One page, newest first.</summary>
    public IReadOnlyList<DeadLetterEntry> List(DeadLetterFilter filter, DeadLetterCursor? after, int limit) => list.List(filter, after, limit);

    /// <summary>Null when there is none.</summary>
    public DeadLetterEntry? Find(Position id) => list.Find(id);

    /// <summary>The letter with its bytes; null when the log has it no more.</summary>
    public async Task<DeadLetter?> ReadAsync(DeadLetterEntry entry, CancellationToken cancellationToken = default) =>
        await ReadRecordAsync(entry.Stored, cancellationToken) is { } record ? DeadLetter.FromJson(record.Value.Span) : null;

    /// <summary>Sends a letter's record to its topic again. Again the same answer; a deleted letter stays as it is.</summary>
    public async Task<RedriveResult> RedriveAsync(DeadLetterEntry entry, CancellationToken cancellationToken = default) =>
        (await RedriveAsync([entry], cancellationToken))[0];

    /// <summary>As <see cref="RedriveAsync(DeadLetterEntry, CancellationToken)"/>, for letters in the order they were stored.</summary>
    public async Task<IReadOnlyList<RedriveResult>> RedriveAsync(IReadOnlyList<DeadLetterEntry> entries, CancellationToken cancellationToken = default)
    {
        var results = new RedriveResult[entries.Count];
        var again = new List<(int Index, string Topic, LogRecord Record)>();
        var now = time.GetUtcNow();
        for (int i = 0; i < entries.Count; i++)
        {
            // As the list has it now: the caller's may be of before another's redrive.
            var entry = list.Find(entries[i].Id) ?? entries[i];
            if (entry.Status == DeadLetterStatus.Redriven) results[i] = new RedriveResult(RedriveOutcome.Redriven, entry.RedrivenAs);
            else if (entry.Status == DeadLetterStatus.Deleted) results[i] = new RedriveResult(RedriveOutcome.Deleted, null);
            else if (!log.Topics.ContainsKey(entry.Id.Topic) || await ReadWholeAsync(entry, cancellationToken) is not { } letter) results[i] = new RedriveResult(RedriveOutcome.Gone, null);
            else again.Add((i, letter.Topic, DeadLetterRecord.Again(letter, entry.FailedAt, now)));
        }
        var changes = new List<LogRecord>(again.Count);
        foreach (var topic in again.GroupBy(a => a.Topic))
        {
            var members = topic.ToList();
            var appended = await log.AppendAsync(topic.Key, members.ConvertAll(a => a.Record), cancellationToken);
            for (int m = 0; m < members.Count; m++)
            {
                results[members[m].Index] = new RedriveResult(RedriveOutcome.Redriven, appended[m].Position);
                changes.Add(DeadLetterRecord.Redriven(entries[members[m].Index], appended[m].Position, now));
                if (!appended[m].Duplicate) StreamMetrics.Redriven.Add(1, StreamMetrics.Topic(topic.Key));
            }
        }
        await ChangeAsync(changes, cancellationToken);
        return results;
    }

    /// <summary>Sends all open letters that match again, as a job: those that are there now, each once, in order.</summary>
    /// <exception cref="LogOverloadedException">Too many jobs wait already.</exception>
    public Task<Job> RedriveAsync(DeadLetterFilter filter, CancellationToken cancellationToken = default)
    {
        long[] until = [.. Enumerable.Range(0, log.Topics[DeadLetter.TopicName]).Select(p => log.Watermarks(new TopicPartition(DeadLetter.TopicName, p)).High)];
        var plan = new RedrivePlan(filter.Topic, filter.Codes, until);
        var job = jobs.New(RedriveJob.KindName) with { Topic = filter.Topic, Progress = new JobProgress { Total = list.InOrder(plan.Filter).Count(plan.Includes) } };
        return jobs.StartAsync(job, plan.ToJson(), cancellationToken);
    }

    /// <summary>Deletes a letter: it is listed as deleted only, and cannot be redriven. The record itself goes with the log's retention.</summary>
    public Task DeleteAsync(DeadLetterEntry entry, CancellationToken cancellationToken = default) =>
        ChangeAsync([DeadLetterRecord.Deleted(entry, time.GetUtcNow())], cancellationToken);

    /// <summary>Deletes all that match; returns how many.</summary>
    public async Task<int> DeleteAsync(DeadLetterFilter filter, CancellationToken cancellationToken = default)
    {
        var letters = list.InOrder(filter);
        foreach (var some in letters.Chunk(AtOnce))
            await ChangeAsync([.. some.Select(l => DeadLetterRecord.Deleted(l, time.GetUtcNow()))], cancellationToken);
        return letters.Count;
    }

    /// <summary>The letter with all that is needed to send its record again: a large one's bytes are in its own topic only, as long as that keeps them.</summary>
    private async Task<DeadLetter?> ReadWholeAsync(DeadLetterEntry entry, CancellationToken cancellationToken)
    {
        var letter = await ReadAsync(entry, cancellationToken);
        if (letter?.Cut is not { } cut) return letter;
        if (await ReadRecordAsync(letter.Position, cancellationToken) is not { } record || !cut.Matches(record.Value.Span)) return null;
        return letter with { Value = record.Value.ToArray(), Headers = record.Headers, Cut = null };
    }

    private async Task<LogRecord?> ReadRecordAsync(Position position, CancellationToken cancellationToken)
    {
        if (position.Offset < log.Watermarks(position.TopicPartition).Low) return null;
        using var reader = log.OpenReader(position.TopicPartition, position.Offset);
        var records = await reader.ReadAsync(1, 1, ListWait, cancellationToken);
        if (records.Count == 0) throw new LogUnavailableException($"{position.TopicPartition} cannot be read at {position.Offset} now.");
        return records[0].Offset == position.Offset ? records[0] : null;
    }

    private async Task ChangeAsync(List<LogRecord> changes, CancellationToken cancellationToken)
    {
        if (changes.Count == 0) return;
        var appended = await log.AppendAsync(DeadLetter.TopicName, changes, cancellationToken);
        foreach (var partition in appended.GroupBy(a => a.Position.TopicPartition))
            await models.WaitForAsync(DeadLetterList.ModelName, partition.MaxBy(a => a.Position.Offset).Position, ListWait, cancellationToken);
    }
}

/// <param name="Outcome">What became of the request.</param>
/// <param name="Position">Where the record stands now.</param>
public readonly record struct RedriveResult(RedriveOutcome Outcome, Position? Position);

/// <summary>What became of one dead letter that was to be sent again.</summary>
public enum RedriveOutcome
{
    /// <summary>It stands in its topic again, by this request or an earlier one.</summary>
    Redriven,

    /// <summary>It was deleted.</summary>
    Deleted,

    /// <summary>The log has its bytes no more, or its topic is gone.</summary>
    Gone,
}
