using OrleansStream.Cli.Sending.Delivery;
using OrleansStream.Cli.Sending.Progress;

namespace OrleansStream.Cli.Sending;

/// <summary>Moves records from the reader into the lanes, at the rate asked for, and their answers into the tracker.</summary>
internal sealed class RecordPump : IDisposable
{
    /// <summary>Batches that may wait per lane: enough that a lane never waits for the reader, little enough to be nothing.</summary>
    private const int BatchesPerLane = 4;

    private readonly LoadMark _start;
    private readonly RejectLog _rejects;
    private readonly RatePace? _pace;
    private readonly KeyLane[] _lanes;

    public RecordPump(
        SendSettings settings, bool inBlocks, LoadMark start, RejectLog rejects, TimeProvider clock, Func<int, AnswersHandler, BatchDelivery> deliver)
    {
        _start = start;
        _rejects = rejects;
        _pace = settings.RatePerSecond is { } rate ? new RatePace(rate, clock) : null;
        _lanes = [.. Enumerable.Range(0, settings.Lanes).Select(lane => new KeyLane(deliver(settings.Seed + lane, Settle), settings.Batch, inBlocks))];
        Tracker = new AnswerTracker(settings.Lanes * settings.Batch * BatchesPerLane, start);
    }

    public AnswerTracker Tracker { get; }

    /// <summary>Returns when every record is answered; the first lane to fail stops all others.</summary>
    public async Task RunAsync(IAsyncEnumerable<LoadRecord> records, CancellationToken stop)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var work = _lanes.Select(lane => lane.RunAsync(failed.Token)).Prepend(ReadAsync(records, failed.Token)).ToList();
        Exception? first = null;
        await foreach (var done in Task.WhenEach(work))
        {
            try
            {
                await done;
            }
            catch (Exception e)
            {
                first ??= e;
                await failed.CancelAsync();
            }
        }

        if (first is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }
    }

    public void Dispose() => Tracker.Dispose();

    private async Task ReadAsync(IAsyncEnumerable<LoadRecord> records, CancellationToken stop)
    {
        await foreach (var record in records.WithCancellation(stop))
        {
            if (record.Line <= _start.Line)
            {
                continue;
            }

            if (_pace is not null)
            {
                await _pace.WaitAsync(stop);
            }

            await Tracker.AdmitAsync(record, stop);
            if (record.Unsendable is { } reason)
            {
                Reject(record, id: null, reason);
            }
            else
            {
                _lanes[KeyLane.Of(record.Key, _lanes.Length)].Enqueue(record);
            }
        }

        foreach (var lane in _lanes)
        {
            lane.Complete();
        }
    }

    private void Settle(ReadOnlySpan<LoadRecord> batch, IReadOnlyList<RecordAnswer> answers, bool resent)
    {
        for (var i = 0; i < batch.Length; i++)
        {
            var (record, answer) = (batch[i], answers[i]);
            switch (answer.Status)
            {
                case RecordStatus.Accepted:
                    Tracker.Settle(record, RecordOutcome.Accepted);
                    break;
                case RecordStatus.Duplicate:
                    // Sent before, by this run or by the one it resumes: already there because of us.
                    Tracker.Settle(record, resent || record.Line <= _start.SentLine ? RecordOutcome.Resent : RecordOutcome.Duplicate);
                    break;
                default:
                    Reject(record, answer.Id, answer.Rejection!);
                    break;
            }
        }
    }

    private void Reject(LoadRecord record, string? id, Rejection reason)
    {
        _rejects.Add(new RejectedLine(record.Line, id, reason.Code, reason.Detail));
        Tracker.Settle(record, RecordOutcome.Rejected);
    }
}
