using Microsoft.Extensions.Options;

namespace OrleansStream.Web.Gateway;

/// <summary>The key that the pages' calls carry, where the API asks for one: as configured, or from a file, which may come later and change.</summary>
internal sealed class GatewayKey(IOptions<WebOptions> options, ILogger<GatewayKey> logger)
{
    private string _file = "";
    private DateTime _written;

    public async ValueTask AddToAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string key = options.Value.ApiKey is { Length: > 0 } given ? given : await FromFileAsync(cancellationToken);
        if (key.Length > 0) request.Headers.TryAddWithoutValidation("X-Api-Key", key);
    }

    private async ValueTask<string> FromFileAsync(CancellationToken cancellationToken)
    {
        string path = options.Value.ApiKeyFile;
        if (path.Length == 0) return "";
        try
        {
            var written = File.GetLastWriteTimeUtc(path);
            if (written == _written) return _file;
            _file = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
            _written = written;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning("The key in '{File}' cannot be read ({Reason}); calls go without one.", path, e.Message);
        }
        return _file;
    }
}
