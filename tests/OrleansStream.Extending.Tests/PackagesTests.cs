using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Reflection;
using System.Xml.Linq;
using OrleansStream.Testing;

namespace OrleansStream.Extending.Tests;

/// <summary>The packages: packed without a warning, complete, documented; and tests/PackageSample, copied out of the repository, restores, builds and runs from the packed files.</summary>
public sealed class PackagesTests
{
    private const string Version = "0.1.0";
    private static readonly string[] Libraries = ["Storage", "Streams", "Streams.Embedded", "Streams.Kafka", "Streams.Testing"];
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ASampleRunsFromThePackedFiles()
    {
        using var scratch = new ScratchDirectory();
        string packages = Path.Combine(scratch.Path, "packages"), sample = Path.Combine(scratch.Path, "sample");
        foreach (string library in Libraries)
        {
            string printed = await RunAsync(Repository.Root(), "dotnet", "pack", $"src/OrleansStream.{library}", "-c", Repository.Configuration(), "--no-build", "-o", packages);
            Assert.DoesNotContain("warning", printed, StringComparison.OrdinalIgnoreCase);
            HoldsWhatAPackageHas(packages, library);
        }

        Directory.CreateDirectory(sample);
        foreach (string file in (string[])["PackageSample.csproj", "Account.cs", "Program.cs"])
            File.Copy(Path.Combine(Repository.Root(), "tests", "PackageSample", file), Path.Combine(sample, file));
        await File.WriteAllTextAsync(Path.Combine(sample, "nuget.config"), Sources(packages), Stop);

        // What others made lies in the machine's packages folder since this solution was restored; ours are unpacked anew, never taken from an earlier run.
        string known = (await RunAsync(sample, "dotnet", "nuget", "locals", "global-packages", "--list")).Split("global-packages:")[1].Trim();
        await RunAsync(sample, "dotnet", "build", "-c", "Release", "-v", "quiet",
            $"-p:OrleansStreamVersion={Version}", $"-p:RestorePackagesPath={Path.Combine(scratch.Path, "unpacked")}", $"-p:RestoreFallbackFolders={known}");
        string said = await RunAsync(sample, "dotnet", Path.Combine("bin", "Release", "net10.0", "PackageSample.dll"), Path.Combine(scratch.Path, "data"), FreePorts.Next().ToString(CultureInfo.InvariantCulture));

        Assert.Contains("harness: 12.5", said, StringComparison.Ordinal);
        Assert.Contains("silo: {\"amount\":12.5}", said, StringComparison.Ordinal);
        Assert.Contains("kafka: True", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Storage")]
    [InlineData("Streams")]
    [InlineData("Streams.Embedded")]
    [InlineData("Streams.Kafka")]
    [InlineData("Streams.Testing")]
    public void EveryPublicTypeIsDocumented(string library)
    {
        string assembly = Path.Combine(Repository.Root(), "src", $"OrleansStream.{library}", "bin", Repository.Configuration(), "net10.0", $"OrleansStream.{library}.dll");
        var documented = XDocument.Load(Path.ChangeExtension(assembly, ".xml")).Descendants("member").Select(m => m.Attribute("name")!.Value).ToHashSet();
        string[] types = [.. Assembly.Load($"OrleansStream.{library}").GetExportedTypes()
            .Where(t => t.FullName!.StartsWith("OrleansStream.", StringComparison.Ordinal)).Select(t => t.FullName!.Replace('+', '.'))];
        Assert.NotEmpty(types);
        Assert.Equal([], types.Except(documented.Select(name => name[2..])));
    }

    /// <summary>Licence, readme, description, docs, and symbols beside it.</summary>
    private static void HoldsWhatAPackageHas(string packages, string library)
    {
        string name = $"OrleansStream.{library}.{Version}";
        Assert.True(File.Exists(Path.Combine(packages, name + ".snupkg")), $"{name} has no symbols.");
        using var package = ZipFile.OpenRead(Path.Combine(packages, name + ".nupkg"));
        string[] files = [.. package.Entries.Select(e => e.FullName)];
        Assert.Contains("README.md", files);
        Assert.Contains($"lib/net10.0/OrleansStream.{library}.xml", files);
        using var nuspec = package.GetEntry($"OrleansStream.{library}.nuspec")!.Open();
        var said = XDocument.Load(nuspec).Descendants().Where(e => !e.HasElements).ToLookup(e => e.Name.LocalName, e => e.Value);
        Assert.Equal("MIT", said["license"].Single());
        Assert.Equal("README.md", said["readme"].Single());
        Assert.NotEqual("Package Description", said["description"].Single());
    }

    private static string Sources(string packages) => $"""
        <configuration>
          <packageSources>
            <add key="packed" value="{packages}" />
          </packageSources>
        </configuration>
        """;

    private static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
            // A build server that stays would hold this test's output open.
            Environment = { ["MSBUILDDISABLENODEREUSE"] = "1", ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0", ["UseSharedCompilation"] = "false", ["DOTNET_NOLOGO"] = "1", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1" },
        };
        using var process = Process.Start(start)!;
        string[] texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop)).WaitAsync(Limit, Stop);
        await process.WaitForExitAsync(Stop).WaitAsync(Limit, Stop);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{texts[0]}\n{texts[1]}");
        return texts[0];
    }
}
