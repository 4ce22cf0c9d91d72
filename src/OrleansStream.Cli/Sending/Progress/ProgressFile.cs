using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansStream.Cli.Sending.Progress;

/// <summary>What identifies a load: the same content, to the same server, made JSON in the same way.</summary>
internal sealed record LoadIdentity(string ContentHash, string Server, string Target, string Mapping)
{
    public string FileName
    {
        get
        {
            var text = string.Join('\n', ContentHash, Server, Target, Mapping);
            return $"send-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))).AsSpan(0, 24)}.json";
        }
    }
}

/// <summary>What a progress file holds; the first two members are for people who look into it.</summary>
internal sealed record SavedProgress(string File, string Server, LoadMark Mark);

/// <summary>
/// A mark kept on disk from run to run. Written to a file beside it and renamed, so that it is there whole or not at
/// all. It is a convenience: without it a load starts over, and the server answers <c>duplicate</c>.
/// </summary>
internal sealed class ProgressFile(string directory, LoadIdentity identity, string input)
{
    private readonly string _path = Path.Combine(directory, identity.FileName);
    private LoadMark? _last;

    /// <summary>Null when there is none, or none that can be read.</summary>
    public LoadMark? Load()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(_path), ProgressJson.Default.SavedProgress)?.Mark;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <exception cref="IOException">The directory cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it.</exception>
    public void Save(LoadMark mark)
    {
        if (mark == _last)
        {
            return;
        }

        Directory.CreateDirectory(directory);
        var next = $"{_path}.{Environment.ProcessId}";
        File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(new SavedProgress(input, identity.Server, mark), ProgressJson.Default.SavedProgress));
        File.Move(next, _path, overwrite: true);
        _last = mark;
    }

    public void Remove()
    {
        if (File.Exists(_path))
        {
            File.Delete(_path);
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(SavedProgress))]
internal sealed partial class ProgressJson : JsonSerializerContext;
