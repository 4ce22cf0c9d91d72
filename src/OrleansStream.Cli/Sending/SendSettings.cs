namespace OrleansStream.Cli.Sending;

/// <summary>How a file is sent, whatever kind of event it holds.</summary>
internal sealed record SendSettings
{
    /// <summary>The path, or <c>-</c> for standard input.</summary>
    public required string File { get; init; }

    /// <summary><c>field=column</c> pairs as typed.</summary>
    public required IReadOnlyList<string> Maps { get; init; }

    /// <summary>Records per second over all lanes; null sends as fast as the server takes them.</summary>
    public required double? RatePerSecond { get; init; }

    /// <summary>Records per request at most.</summary>
    public required int Batch { get; init; }

    /// <summary>Requests in flight at most: one per lane, a key always in the same lane.</summary>
    public required int Lanes { get; init; }

    /// <summary>How long one outage may last before the load stops.</summary>
    public required TimeSpan RetryFor { get; init; }

    /// <summary>How long one request may take before it is sent again.</summary>
    public required TimeSpan RequestTimeout { get; init; }

    /// <summary>Where every rejected line is written; null writes none.</summary>
    public required string? RejectsFile { get; init; }

    /// <summary>Where progress is kept; null does not resume.</summary>
    public required string? StateDirectory { get; init; }

    /// <summary>Seed of the back-off's jitter.</summary>
    public required int Seed { get; init; }

    /// <summary>For targets that take blocks: one after another, in the order of the file, and no larger than what a second lets through.</summary>
    public SendSettings InBlocks() => this with { Lanes = 1, Batch = RatePerSecond is { } rate ? (int)Math.Clamp(rate, 1, Batch) : Batch };

    public required ServerAddress Server { get; init; }
    public required bool Json { get; init; }
}
