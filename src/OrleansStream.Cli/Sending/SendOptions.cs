using System.CommandLine;

namespace OrleansStream.Cli.Sending;

/// <summary>The argument and options that every <c>send</c> command has.</summary>
internal sealed class SendOptions(GlobalOptions global)
{
    private readonly Argument<string> _file = new("FILE")
    {
        Description = "CSV, TSV or NDJSON, each also as .gz; - reads standard input.",
    };

    private readonly Option<string[]> _map = new("--map")
    {
        Description = "Fill a field from a column of a CSV or TSV file (repeatable); 'field=' leaves a field out.",
        HelpName = "field=column",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<double?> _rate = new Option<double?>("--rate")
    {
        Description = "Records per second in total. Without it: as fast as the server answers.",
        HelpName = "N",
    }.Positive();

    private readonly Option<int> _batch = new Option<int>("--batch")
    {
        Description = "Records per request at most (1 to 10,000).",
        HelpName = "N",
        DefaultValueFactory = _ => 500,
    }.Within(1, 10_000);

    private readonly Option<int> _lanes = new Option<int>("--lanes")
    {
        Description = "Requests in flight at most (1 to 64). A key stays in its lane, so its order is kept.",
        HelpName = "N",
        DefaultValueFactory = _ => 4,
    }.Within(1, 64);

    private readonly Option<Duration> _retryFor =
        Durations.Option("--retry-for", "How long to wait for a server that is away, per outage, before stopping (ms, s, m or h).", "5m");

    private readonly Option<Duration> _timeout = Durations.Option("--timeout", "How long to wait for one answer before sending the batch again (ms, s, m or h).", "30s");

    private readonly Option<string?> _rejects = new("--rejects")
    {
        Description = "Write every rejected line here, as NDJSON of line, id, code and detail.",
        HelpName = "file",
    };

    private readonly Option<string?> _stateDirectory = new("--state-dir")
    {
        Description = "Where progress is kept; without it $XDG_STATE_HOME/ostream, else ~/.local/state/ostream.",
        HelpName = "directory",
    };

    private readonly Option<bool> _noResume = new("--no-resume")
    {
        Description = "Begin at the first line, and keep no progress.",
    };

    private readonly Option<int> _seed = new("--seed") { DefaultValueFactory = _ => 1, Hidden = true };

    public void AddTo(Command command)
    {
        command.Add(_file);
        Option[] options = [_map, _rate, _batch, _lanes, _retryFor, _timeout, _rejects, _stateDirectory, _noResume, _seed];
        foreach (var option in options)
        {
            command.Add(option);
        }
    }

    public SendSettings Read(ParseResult parsed) => new()
    {
        File = parsed.GetValue(_file)!,
        Maps = parsed.GetValue(_map)!,
        RatePerSecond = parsed.GetValue(_rate),
        Batch = parsed.GetValue(_batch),
        Lanes = parsed.GetValue(_lanes),
        RetryFor = parsed.GetValue(_retryFor).Time,
        RequestTimeout = parsed.GetValue(_timeout).Time,
        RejectsFile = parsed.GetValue(_rejects),
        StateDirectory = parsed.GetValue(_noResume) ? null : parsed.GetValue(_stateDirectory) ?? DefaultStateDirectory(),
        Seed = parsed.GetValue(_seed),
        Server = global.Server(parsed),
        Json = global.Json(parsed),
    };

    private static string DefaultStateDirectory()
    {
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.Combine(string.IsNullOrEmpty(state) ? Path.Combine(home, ".local", "state") : state, "ostream");
    }
}
