using System.CommandLine;

namespace OrleansStream.Cli;

/// <summary>The options every command takes.</summary>
internal sealed class GlobalOptions
{
    private readonly Option<string> _url = new("--url")
    {
        Description = "Address of the server; the variable OSTREAM_URL says another default.",
        HelpName = "address",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("OSTREAM_URL") is { Length: > 0 } url ? url : "http://127.0.0.1:5080",
        Recursive = true,
    };

    private readonly Option<string?> _apiKey = new("--api-key")
    {
        Description = "Key sent as X-Api-Key. A local server on loopback needs none.",
        HelpName = "key",
        Recursive = true,
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print one JSON object as the last line of standard output.",
        Recursive = true,
    };

    public void AddTo(Command root)
    {
        root.Add(_url);
        root.Add(_apiKey);
        root.Add(_json);
    }

    public bool Json(ParseResult parsed) => parsed.GetValue(_json);

    /// <exception cref="UsageException">The address is not one of HTTP.</exception>
    public ServerAddress Server(ParseResult parsed)
    {
        var text = parsed.GetValue(_url)!;
        if (!Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new UsageException($"--url {text}: not an http:// or https:// address, such as http://127.0.0.1:5080");
        }

        return new ServerAddress(url, parsed.GetValue(_apiKey));
    }
}

/// <param name="Url">Ends with a slash, so that relative paths append to it.</param>
/// <param name="ApiKey">Sent as <c>X-Api-Key</c> unless null.</param>
internal sealed record ServerAddress(Uri Url, string? ApiKey);
