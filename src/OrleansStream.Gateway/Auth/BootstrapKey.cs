using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrleansStream.Gateway.Auth;

/// <summary>The first key, from configuration or a file: with it the others are made. It has all scopes and is not in the log.</summary>
internal sealed class BootstrapKey
{
    public const string Id = "bootstrap";
    private const int MinLength = 16;

    private BootstrapKey(byte[]? hash) => Hash = hash;

    /// <summary>Null when none is configured.</summary>
    public byte[]? Hash { get; }

    /// <exception cref="OptionsValidationException">What is given is no key, or the file cannot be read or made, or holds no key.</exception>
    public static BootstrapKey Load(IOptions<AuthOptions> options, ILogger<BootstrapKey> logger)
    {
        if (options.Value is { Mode: AuthMode.Keys, BootstrapKey: { Length: > 0 } given })
            return IsKey(given) ? new BootstrapKey(ApiKeyText.Hash(given)) : throw Invalid(nameof(AuthOptions.BootstrapKey), $"It is no key: {MinLength} characters at least, without blanks.");
        if (options.Value is not { Mode: AuthMode.Keys, BootstrapKeyFile: { Length: > 0 } file }) return new BootstrapKey(null);
        try
        {
            if (Make(file)) logger.LogInformation("Made a first key with all scopes; it stands in {File}.", file);
            string text = File.ReadAllText(file).Trim();
            return IsKey(text)
                ? new BootstrapKey(ApiKeyText.Hash(text))
                : throw Invalid($"'{file}' holds no key: one line of {MinLength} characters at least. Delete it, and one is made.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Invalid($"'{file}' can be neither read nor made ({e.Message}): name a file that this process may read, or a folder where it may make one.");
        }
    }

    public bool Matches(byte[] hash) => Hash is { } own && CryptographicOperations.FixedTimeEquals(own, hash);

    /// <summary>Whole or not at all: gateways that share the folder may start at the same time.</summary>
    private static bool Make(string file)
    {
        if (File.Exists(file)) return false;
        string whole = $"{file}.{Guid.NewGuid():N}";
        var owner = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) owner.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder) Directory.CreateDirectory(folder);
        using (var writer = new StreamWriter(whole, owner)) writer.WriteLine(ApiKeyText.Create().Text);
        try
        {
            File.Move(whole, file, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(whole);
            return false;
        }
    }

    private static bool IsKey(string text) => text.Length >= MinLength && !text.Any(char.IsWhiteSpace);

    private static OptionsValidationException Invalid(string error) => Invalid(nameof(AuthOptions.BootstrapKeyFile), error);

    private static OptionsValidationException Invalid(string option, string error) => new(nameof(AuthOptions), typeof(AuthOptions), [$"{AuthOptions.Section}:{option}: {error}"]);
}
