namespace OrleansStream.Web;

/// <summary>Settings of the live pages, section <c>OrleansStream:Web</c>.</summary>
public sealed class WebOptions
{
    public const string Section = "OrleansStream:Web";

    /// <summary>Where the API is. Empty, the default, when it is this very process.</summary>
    public Uri? GatewayUrl { get; set; }

    /// <summary>A key with the scopes <c>read</c>, <c>ingest</c> and <c>operate</c>, where the API asks for one.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>A file with that key on one line, for orchestrators that hand secrets over as files; it is read again when it changes.</summary>
    public string ApiKeyFile { get; set; } = "";

    /// <summary>A connection on which nothing comes for so long is taken for lost; the API sends a sign of life every 15 s. Default 40 s.</summary>
    public TimeSpan SilenceLimit { get; set; } = TimeSpan.FromSeconds(40);

    /// <summary>Longest pause between two tries to connect again. Default 3 s.</summary>
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Whether each page is rendered once when the process has started, so that the first visitor does not wait for the compiler. Default true.</summary>
    public bool WarmUp { get; set; } = true;
}
