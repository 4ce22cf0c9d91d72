using System.Net;
using OrleansStream.Cli.Sending.Delivery;
using OrleansStream.Cli.Sending.Reading;

namespace OrleansStream.Cli.Sending.Progress;

/// <summary>
/// Decides where a load begins. A saved mark is only believed when the server still knows the lines before it: it may
/// run on another data directory today, or on an older copy.
/// </summary>
internal sealed class ResumeCheck(
    InputFile file,
    IngestTarget target,
    SendSettings settings,
    HttpClient http,
    Func<int, AnswersHandler, BatchDelivery> deliver,
    TextWriter notes,
    TimeProvider clock)
{
    /// <exception cref="CommandStoppedException">The server is away, or refuses.</exception>
    public async Task<LoadMark> FindStartAsync(LoadMark? saved, DerivedIds ids, CancellationToken stop)
    {
        if (saved is not { Line: > 0 })
        {
            return LoadMark.Start;
        }

        await notes.WriteLineAsync($"an earlier run got to line {saved.Line:N0}: asking the server whether it still knows the lines before");
        var tail = await ReadTailAsync(saved.Line, ids, stop);
        var known = tail.Length > 0 && !await IsKeyUnknownAsync(tail[^1].Key, stop) && (target.InBlocks || await AreDuplicatesAsync(tail, stop));
        await notes.WriteLineAsync(known ? $"it does: going on after line {saved.Line:N0}" : "it does not know all of them: beginning at line 1");
        return known ? saved : LoadMark.Start with { SentLine = saved.SentLine };
    }

    /// <summary>The last batch before the mark.</summary>
    private async Task<LoadRecord[]> ReadTailAsync(long line, DerivedIds ids, CancellationToken stop)
    {
        await using var input = await file.OpenAsync(stop);
        var reader = await RecordReaders.CreateAsync(input, target, settings.Maps, stop);
        var tail = new Queue<LoadRecord>(settings.Batch);
        await foreach (var record in reader.ReadAsync(ids, stop))
        {
            if (record.Line > line)
            {
                break;
            }

            if (record.Unsendable is not null)
            {
                continue;
            }

            if (tail.Count == settings.Batch)
            {
                tail.Dequeue();
            }

            tail.Enqueue(record);
        }

        return [.. tail];
    }

    /// <summary>
    /// A look before the question below, for that one writes: a server that has never heard of the key would take the
    /// key's late records first. An answer that is neither yes nor no (a key for ingest only may not read) is no obstacle.
    /// </summary>
    private async Task<bool> IsKeyUnknownAsync(string? key, CancellationToken stop)
    {
        if (key is null)
        {
            return false;
        }

        using var late = new CancellationTokenSource(settings.RequestTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        try
        {
            using var response = await http.GetAsync(target.KeyPath + Uri.EscapeDataString(key), HttpCompletionOption.ResponseHeadersRead, either.Token);
            return response.StatusCode == HttpStatusCode.NotFound;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>Sends the lines again, which changes nothing where they are known.</summary>
    private async Task<bool> AreDuplicatesAsync(LoadRecord[] tail, CancellationToken stop)
    {
        var known = true;
        var delivery = deliver(settings.Seed, (_, answers, resent) =>
            known &= !resent && answers.All(answer => answer.Status != RecordStatus.Accepted));
        await delivery.DeliverAsync(tail, stop);
        return known;
    }
}
