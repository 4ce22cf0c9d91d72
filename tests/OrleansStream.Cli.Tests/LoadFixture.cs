using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace OrleansStream.Cli.Tests;

/// <summary>A server, a directory of files, and the command that sends them.</summary>
internal sealed class LoadFixture : IAsyncDisposable
{
    private LoadFixture(FakeServer server) => Server = server;

    public FakeServer Server { get; }

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("ostream-").FullName;

    public string StateDirectory => Path.Combine(Directory, "state");

    public static async Task<LoadFixture> StartAsync() => new(await FakeServer.StartAsync());

    /// <summary>Rows of <c>id,cardId,amount</c> over these many cards; line 1 is the header.</summary>
    public static string Csv(int rows, int cards) =>
        "id,cardId,amount\n" + string.Concat(Enumerable.Range(0, rows).Select(n => string.Create(CultureInfo.InvariantCulture, $"tx-{n},card-{n % cards},{n}.50\n")));

    public string Write(string name, string content)
    {
        var path = Path.Combine(Directory, name);
        if (!name.EndsWith(".gz", StringComparison.Ordinal))
        {
            File.WriteAllText(path, content);
            return path;
        }

        using var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        gzip.Write(Encoding.UTF8.GetBytes(content));
        return path;
    }

    public Task<CliRun> SendAsync(string file, params string[] more) => SendAsync(file, "", more, default);

    public Task<CliRun> SendAsync(string file, string input, string[] more, CancellationToken stop) =>
        CliRun.OfAsync(
            ["send", "transactions", file, "--url", Server.Url, "--state-dir", StateDirectory, "--timeout", "10m", "--json", .. more], input, stop: stop);

    public IReadOnlyList<string> StateFiles() =>
        System.IO.Directory.Exists(StateDirectory) ? System.IO.Directory.GetFiles(StateDirectory) : [];

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
