namespace OrleansStream.Cli.Sending.Otlp;

/// <summary>Whose signals a file holds, when nobody says.</summary>
internal static class ServiceName
{
    /// <summary>The file's name without its endings; of standard input the host's.</summary>
    public static string Of(string file)
    {
        if (file == "-")
        {
            return Environment.MachineName;
        }

        var name = Path.GetFileName(file);
        var end = name.IndexOf('.', 1);
        return end < 0 ? name : name[..end];
    }
}
