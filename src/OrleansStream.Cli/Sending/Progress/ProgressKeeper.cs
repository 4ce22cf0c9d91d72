namespace OrleansStream.Cli.Sending.Progress;

/// <summary>Saves the mark about once a second while a load runs. A disk that does not let it costs the resume, not the load.</summary>
internal sealed class ProgressKeeper(ProgressFile? file, AnswerTracker tracker, TextWriter notes)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private bool _broken;

    public async Task SaveUntilAsync(Task load, TimeProvider clock)
    {
        if (file is null)
        {
            return;
        }

        await foreach (var _ in Ticks.UntilAsync(load, Interval, clock))
        {
            TrySave();
        }
    }

    /// <summary>Saves once more, and says what the next run will do.</summary>
    public string SaveForNextRun()
    {
        var line = tracker.Mark.Line;
        return file is not null && TrySave() && line > 0
            ? $"Everything up to line {line:N0} is answered; run the same command again to go on from there."
            : "Run the same command again to send the rest: what is already there is answered as duplicate.";
    }

    public void Finish()
    {
        try
        {
            file?.Remove();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            notes.WriteLine($"note: the progress file could not be removed: {e.Message}");
        }
    }

    private bool TrySave()
    {
        if (_broken)
        {
            return false;
        }

        try
        {
            file!.Save(tracker.Mark);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _broken = true;
            notes.WriteLine($"note: this load cannot be resumed, its progress cannot be saved: {e.Message}");
            return false;
        }
    }
}
