namespace OrleansStream.Cli;

/// <summary>What was asked for cannot work. The message says what to change; nothing was sent.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>The command cannot go on. The message is for the person at the terminal.</summary>
internal sealed class CommandStoppedException(string message) : Exception(message);
