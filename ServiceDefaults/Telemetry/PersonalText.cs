using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace OrleansStream.ServiceDefaults.Telemetry;

/// <summary>Text without what names people and cards: where it has the id of a grain, <c>type/key</c>, the key is shown by its hash, as everywhere in logs and traces.</summary>
public static partial class PersonalText
{
    private const int HashBytes = 8;

    /// <summary>Types of grains whose keys name people, or what is theirs.</summary>
    public static IReadOnlyList<string> GrainTypes { get; } = ["card", "user", "conversation", "device"];

    /// <summary>The same text when there is nothing to hide.</summary>
    public static string Hide(string text) => Ids().Replace(text, id => id.Groups["type"].Value + Hash(id.Groups["key"].Value));

    /// <summary>The key's hash behind its type.</summary>
    /// <param name="grainId"><c>type/key</c>, of whatever type.</param>
    internal static string HideKey(string grainId)
    {
        int slash = grainId.IndexOf('/', StringComparison.Ordinal);
        return grainId[..(slash + 1)] + Hash(grainId[(slash + 1)..]);
    }

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, HashBytes));

    // A key ends where an activation's number begins, at a bracket, at a blank, or with the sentence.
    [GeneratedRegex(@"\b(?<type>(?:card|user|conversation|device)/)(?<key>[^\s\[\]]+?)(?=@[0-9a-f]{16,}(?![\w.@])|[,;.:)'""]*(?:[\s\[\]]|$))", RegexOptions.CultureInvariant)]
    private static partial Regex Ids();
}
