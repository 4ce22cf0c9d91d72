using OrleansStream.Streams.Checkpoints;

namespace OrleansStream.Streams.Processing;

/// <summary>
/// Stores the batches of a key whose row was refused for good, in writes of its own, fewer and fewer records at a time until the one to blame is found, and buries that
/// one; the others apply. A letter that has no room in the row leaves first, and the row goes on without it. When not even that can be stored, it is the key: all letters
/// leave without a row. A store that does not work is no refusal: that goes to the caller, nothing is buried, and the batch comes again. Its grain's turn is held all the while.
/// </summary>
internal sealed class KeyTrial<TEvent, TState, TOutput, TFacts>(KeyEngine<TEvent, TState, TOutput, TFacts> engine, KeySlot<TState> slot, string key)
    where TState : class
    where TOutput : class
{
    /// <summary>Records of the next write; kept between batches, so that a batch that comes again goes on where it was.</summary>
    private int _step = int.MaxValue;
    private KeyBatch _batch = null!;
    private List<DecodedEvent<TEvent, TFacts>> _events = [];

    /// <summary>Returns when every record is applied and durable, or in the dead letters, and outputs are published.</summary>
    /// <param name="batch">What came for the key.</param>
    /// <param name="events">The batch's events when they are read already, with their facts.</param>
    /// <returns>Whether something could not be stored.</returns>
    /// <exception cref="SlotFencedException">Another activation wrote the row.</exception>
    public async Task<bool> RunAsync(KeyBatch batch, List<DecodedEvent<TEvent, TFacts>>? events)
    {
        (_batch, _events) = (batch, events ?? engine.Decode(batch.Records));
        // A batch that comes again: what it brought the first time is done.
        int start = batch.Records.TakeWhile(record => record.Offset <= slot.Latest.AppliedOffset).Count();
        bool refused = false;
        for (int at = start; at < batch.Records.Length;)
        {
            int count = Math.Min(_step, batch.Records.Length - at);
            var work = Apply(at, count);
            if ((count == 1 ? await LastingRefusalAsync(work) : await RefusalAsync(work)) is not { } fault)
            {
                at += count;
                _step = (int)Math.Min(2L * _step, int.MaxValue);
                continue;
            }
            refused = true;
            if (count == 1) at += await BuryAsync(at, fault);
            else _step = count / 2;
        }
        StreamMetrics.Applied.Add(batch.Records.Length - start, StreamMetrics.Topic(batch.Partition.Topic));
        return refused;
    }

    /// <summary>Buries a record; when it is the key that cannot be stored, all that follow, too.</summary>
    /// <returns>How many were buried.</returns>
    private async Task<int> BuryAsync(int at, string fault)
    {
        _step = 1;
        var letter = Refuse(at, 1, fault);
        if (await LastingRefusalAsync(letter) is null) return 1;
        await engine.PublishAsync(letter.Outputs);
        var passed = Begin();
        passed.Pass(_batch.Records[at]);
        if (await LastingRefusalAsync(passed) is not { } keyFault) return 1;
        int left = _batch.Records.Length - at;
        var letters = Refuse(at, left, keyFault);
        await engine.PublishAsync(letters.Outputs);
        // The key knows what it has buried for as long as it is active; after that the letters leave again under the same ids.
        slot.Put(letters);
        slot.Take();
        slot.Confirm();
        return left;
    }

    private KeyWork<TEvent, TState, TOutput, TFacts> Begin() => engine.Begin(key, slot.Latest, _batch.Partition, _batch.Watermark, null);

    private KeyWork<TEvent, TState, TOutput, TFacts> Apply(int at, int count)
    {
        var work = Begin();
        for (int i = at; i < at + count; i++) work.Apply(_batch.Records[i], _events[i]);
        work.Seal();
        return work;
    }

    private KeyWork<TEvent, TState, TOutput, TFacts> Refuse(int at, int count, string fault)
    {
        var work = Begin();
        var cause = new StateUnstorableException(fault);
        for (int i = at; i < at + count; i++) work.Refuse(_batch.Records[i], _events[i], cause);
        work.Seal();
        return work;
    }

    /// <summary>
    /// The same for what somebody is going to be blamed for: refused, and refused again between two rows that the store takes. A store that refuses everything for a while
    /// may work again the moment after.
    /// </summary>
    /// <exception cref="IOException">The store refuses every row.</exception>
    private async Task<string?> LastingRefusalAsync(KeyWork<TEvent, TState, TOutput, TFacts> work)
    {
        if (await RefusalAsync(work) is null) return null;
        await engine.Probe.AssertTakesRowsAsync();
        var fault = await RefusalAsync(work);
        if (fault is not null) await engine.Probe.AssertTakesRowsAsync();
        return fault;
    }

    /// <summary>Null when it is stored and published, or when there is nothing to store; else why it can never be stored.</summary>
    private async Task<string?> RefusalAsync(KeyWork<TEvent, TState, TOutput, TFacts> work)
    {
        if (!work.Changed) return null;
        slot.Put(work);
        slot.Take();
        var outcome = CheckpointOutcome.Conflict;
        try
        {
            outcome = await engine.WriteAsync(slot);
        }
        finally
        {
            if (!outcome.IsWritten) slot.Revert();
        }
        if (outcome.Fault is { } fault) return fault;
        if (!outcome.IsWritten)
        {
            slot.Fence();
            throw new SlotFencedException("The row was written by another activation.");
        }
        slot.Version++;
        slot.Confirm();
        await engine.PublishAsync(work.Outputs);
        return null;
    }
}
