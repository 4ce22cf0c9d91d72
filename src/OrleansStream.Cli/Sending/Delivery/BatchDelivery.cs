namespace OrleansStream.Cli.Sending.Delivery;

/// <summary>Receives the answers to a batch. <paramref name="resent"/>: an earlier attempt may have been stored.</summary>
internal delegate void AnswersHandler(ReadOnlySpan<LoadRecord> batch, IReadOnlyList<RecordAnswer> answers, bool resent);

/// <summary>
/// The one owner of retries: sends a batch again, the same bytes in the same order, until every record of it is
/// answered. Not thread-safe: each lane has its own, and so at most one request in flight.
/// </summary>
internal sealed class BatchDelivery(IngestClient client, TimeSpan retryFor, int seed, ServerWait wait, TimeProvider clock, AnswersHandler answered)
{
    private readonly RetryBackoff _backoff = new(seed);

    /// <exception cref="CommandStoppedException">The server refused the batch, or stayed away longer than it may.</exception>
    public Task DeliverAsync(ReadOnlyMemory<LoadRecord> batch, CancellationToken stop) => DeliverAsync(batch, resent: false, stop);

    private async Task DeliverAsync(ReadOnlyMemory<LoadRecord> batch, bool resent, CancellationToken stop)
    {
        long? outageSince = null;
        while (true)
        {
            switch (await client.PostAsync(batch, stop))
            {
                case IngestAnswer.Settled settled:
                    EndWait();
                    answered(batch.Span, settled.Records, resent);
                    return;

                case IngestAnswer.TooLarge when batch.Length == 1:
                    EndWait();
                    answered(batch.Span, [new RecordAnswer(RecordStatus.Rejected, Rejection: new Rejection("record-too-large", null))], resent);
                    return;

                case IngestAnswer.TooLarge:
                    EndWait();
                    var half = batch.Length / 2;
                    await DeliverAsync(batch[..half], resent, stop);
                    await DeliverAsync(batch[half..], resent, stop);
                    return;

                case IngestAnswer.Busy busy:
                    // Back-pressure is no outage: a server that answers is waited for as long as it asks.
                    outageSince = null;
                    await WaitAsync("the server is busy", busy.RetryAfter, stop);
                    break;

                case IngestAnswer.Unavailable unavailable:
                    resent |= unavailable.MayBeStored;
                    outageSince ??= clock.GetTimestamp();
                    if (clock.GetElapsedTime(outageSince.Value) >= retryFor)
                    {
                        throw new CommandStoppedException($"The server stayed away for {retryFor.TotalSeconds:0.###} s: {unavailable.Reason}.");
                    }

                    await WaitAsync(unavailable.Reason, unavailable.RetryAfter, stop);
                    break;

                case IngestAnswer.Refused refused:
                    throw new CommandStoppedException($"The server refused a batch: {refused.Reason}");
            }
        }
    }

    private async Task WaitAsync(string reason, TimeSpan? asked, CancellationToken stop)
    {
        wait.Begin(this, reason);
        var own = _backoff.Next();
        await Task.Delay(asked > own ? asked.Value : own, clock, stop);
    }

    private void EndWait()
    {
        wait.End(this);
        _backoff.Reset();
    }
}
