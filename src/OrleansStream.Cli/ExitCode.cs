namespace OrleansStream.Cli;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The command ran to its end, but something was rejected, failed or timed out.</summary>
    public const int Incomplete = 1;

    /// <summary>The command line cannot be understood or cannot work; nothing was sent.</summary>
    public const int Usage = 2;

    /// <summary>The command stopped early: the server refused it or stayed away too long.</summary>
    public const int Stopped = 3;

    /// <summary>Ctrl-C, as shells report it.</summary>
    public const int Interrupted = 130;
}
