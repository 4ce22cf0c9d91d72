using OrleansStream.Cli.Api;
using OrleansStream.Cli.Sending.Delivery;
using OrleansStream.Cli.Sending.Progress;
using OrleansStream.Cli.Sending.Reading;

namespace OrleansStream.Cli.Sending;

/// <summary>
/// One load from start to summary:
/// 1. open the input and settle its mapping, so that a usage error comes before anything is sent;
/// 2. find where an earlier run got to, and ask the server whether it still knows those lines;
/// 3. pump records through the lanes, showing and saving how far it got;
/// 4. sum up.
/// </summary>
internal sealed class FileLoad(IngestTarget target, SendSettings settings, CommandConsole console, TimeProvider clock)
{
    private readonly InputFile _file = new(settings.File, console.OpenInput);

    public async Task<int> RunAsync(CancellationToken stop)
    {
        await using var input = await _file.OpenAsync(stop);
        var reader = await RecordReaders.CreateAsync(input, target, settings.Maps, stop);
        foreach (var note in reader.Notes)
        {
            await console.Error.WriteLineAsync(note);
        }

        var hash = _file.IsStandardInput ? null : await _file.HashAsync(stop);
        var ids = new DerivedIds(hash);
        var progress = ProgressOf(hash, target.InBlocks ? $"{reader.Signature}:{settings.Batch}" : reader.Signature);

        using var http = ApiClient.Create(settings.Server, settings.Lanes);
        var wait = new ServerWait(clock);
        var client = new IngestClient(http, target.Path, target.Format, settings.RequestTimeout, clock);
        BatchDelivery Deliver(int seed, AnswersHandler answered) => new(client, settings.RetryFor, seed, wait, clock, answered);

        var resume = new ResumeCheck(_file, target, settings, http, Deliver, console.Error, clock);
        var start = await SayWhenWaitingAsync(resume.FindStartAsync(progress?.Load(), ids, stop), wait);
        using var rejects = RejectLog.Open(settings.RejectsFile, append: start.Line > 0);
        using var pump = new RecordPump(settings, target.InBlocks, start, rejects, clock, Deliver);
        var status = new LoadStatus(pump.Tracker, wait, start, _file.Length, clock);

        var end = await WatchAsync(pump.RunAsync(reader.ReadAsync(ids, stop), stop), status, progress, pump.Tracker, stop);
        return await SumUpAsync(end, status, start, rejects);
    }

    /// <summary>No display runs yet, and an outage must be seen all the same.</summary>
    private async Task<LoadMark> SayWhenWaitingAsync(Task<LoadMark> check, ServerWait wait)
    {
        var said = false;
        await foreach (var _ in Ticks.UntilAsync(check, TimeSpan.FromMilliseconds(250), clock))
        {
            if (!said && wait.Current is var (reason, _))
            {
                said = true;
                await console.Error.WriteLineAsync($"waiting for the server: {reason}");
            }
        }

        return await check;
    }

    private ProgressFile? ProgressOf(string? hash, string signature) =>
        hash is null || settings.StateDirectory is null
            ? null
            : new ProgressFile(
                settings.StateDirectory,
                new LoadIdentity(hash, settings.Server.Url.AbsoluteUri, target.Path, signature),
                Path.GetFullPath(settings.File));

    /// <summary>Shows and saves until the load ends, in whatever way; then saves the last word, or removes it when done.</summary>
    private async Task<LoadEnd> WatchAsync(Task load, LoadStatus status, ProgressFile? file, AnswerTracker tracker, CancellationToken stop)
    {
        var keeper = new ProgressKeeper(file, tracker, console.Error);
        var saving = keeper.SaveUntilAsync(load, clock);
        await LoadDisplays.For(console, clock).ShowAsync(status, settings.File, load);
        await saving;
        try
        {
            await load;
            keeper.Finish();
            return new LoadEnd(ExitCode.Success, null);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new LoadEnd(ExitCode.Interrupted, $"Interrupted. {keeper.SaveForNextRun()}");
        }
        catch (CommandStoppedException e)
        {
            return new LoadEnd(ExitCode.Stopped, $"{e.Message}\n{keeper.SaveForNextRun()}");
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // Not the network's, which its client turns into answers: the file, or the one of --rejects.
            return new LoadEnd(ExitCode.Stopped, $"Cannot go on reading {settings.File}: {e.Message}\n{keeper.SaveForNextRun()}");
        }
    }

    private async Task<int> SumUpAsync(LoadEnd end, LoadStatus status, LoadMark start, RejectLog rejects)
    {
        foreach (var line in rejects.Describe())
        {
            await console.Error.WriteLineAsync(line);
        }

        if (end.Message is not null)
        {
            await console.Error.WriteLineAsync($"ostream: {end.Message}");
        }

        var summary = LoadSummary.Of(settings.File, status, start, end.Code == ExitCode.Success);
        await console.Out.WriteLineAsync(summary.ToText());
        if (settings.Json)
        {
            await console.Out.WriteLineAsync(summary.ToJson());
        }

        return end.Code == ExitCode.Success && summary.Rejected > 0 ? ExitCode.Incomplete : end.Code;
    }

    private sealed record LoadEnd(int Code, string? Message);
}
