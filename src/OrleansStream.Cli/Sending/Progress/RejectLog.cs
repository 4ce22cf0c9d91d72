using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansStream.Cli.Sending.Progress;

/// <summary>One rejected line, as it is written to the file of <c>--rejects</c>.</summary>
internal sealed record RejectedLine(long Line, string? Id, string Code, string? Detail)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"line {Line}: {Code}{(Detail is null ? "" : $": {Detail}")}{(Id is null ? "" : $" (id {Id})")}");
}

/// <summary>Remembers the first rejected lines to print them at the end, and writes all of them to a file when asked.</summary>
internal sealed class RejectLog : IDisposable
{
    private const int MaxPrinted = 20;

    private readonly Lock _gate = new();
    private readonly PriorityQueue<RejectedLine, long> _first = new();
    private readonly StreamWriter? _file;
    private long _count;

    private RejectLog(StreamWriter? file) => _file = file;

    /// <param name="path">Null writes no file.</param>
    /// <param name="append">A resumed load adds to what its first part wrote.</param>
    /// <exception cref="UsageException">The file cannot be written.</exception>
    public static RejectLog Open(string? path, bool append)
    {
        try
        {
            return new RejectLog(path is null ? null : new StreamWriter(path, append));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--rejects {path}: {e.Message}");
        }
    }

    public void Add(RejectedLine line)
    {
        lock (_gate)
        {
            _count++;
            _first.Enqueue(line, -line.Line);
            if (_first.Count > MaxPrinted)
            {
                _first.Dequeue();
            }

            _file?.WriteLine(JsonSerializer.Serialize(line, RejectJson.Default.RejectedLine));
        }
    }

    public IEnumerable<string> Describe()
    {
        lock (_gate)
        {
            List<string> lines = [.. _first.UnorderedItems.Select(item => item.Element).OrderBy(line => line.Line).Select(line => line.ToString())];
            if (_count > MaxPrinted)
            {
                lines.Add($"… and {_count - MaxPrinted:N0} more rejected lines{(_file is null ? " (--rejects FILE writes them all)" : "")}");
            }

            return lines;
        }
    }

    public void Dispose() => _file?.Dispose();
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RejectedLine))]
internal sealed partial class RejectJson : JsonSerializerContext;
