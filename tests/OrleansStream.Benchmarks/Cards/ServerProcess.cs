using System.Globalization;
using Npgsql;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>The CPU time of a database server, with all its processes.</summary>
internal static class ServerProcess
{
    private const double TicksPerSecond = 100;

    /// <summary>Its main process.</summary>
    public static int OfPostgres(string connectionString)
    {
        using var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        using var command = new NpgsqlCommand("SELECT pg_backend_pid()", connection);
        return ParentOf((int)command.ExecuteScalar()!);
    }

    /// <summary>Of the process, those that it started, and those of them that have ended; seconds.</summary>
    public static double CpuSeconds(int process) =>
        Fields(process) is { } own ? Ticks(own, withEnded: true) + Children(process).Sum(child => Fields(child) is { } fields ? Ticks(fields, withEnded: false) : 0) : 0;

    private static double Ticks(string[] fields, bool withEnded) => fields.Skip(11).Take(withEnded ? 4 : 2).Sum(f => double.Parse(f, CultureInfo.InvariantCulture)) / TicksPerSecond;

    private static IEnumerable<int> Children(int process) => Directory.EnumerateDirectories("/proc")
        .Select(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out int id) ? id : 0).Where(id => id > 0 && ParentOf(id) == process);

    private static int ParentOf(int process) => Fields(process) is { } fields ? int.Parse(fields[1], CultureInfo.InvariantCulture) : 0;

    /// <summary>Those of <c>/proc/PID/stat</c> after the name: state, parent, …; null when it has ended.</summary>
    private static string[]? Fields(int process)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
