using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansStream.Cli.Evaluation;

/// <summary>One dialogue of a labelled file.</summary>
internal sealed record LabelledDialogue([property: JsonRequired] string DialogueId, [property: JsonRequired] IReadOnlyList<LabelledTurn> Turns);

/// <summary>What both say, the system first, and what holds afterwards.</summary>
internal sealed record LabelledTurn(Utterance? SystemUtterance, [property: JsonRequired] Utterance UserUtterance, [property: JsonRequired] IReadOnlyList<LabelledSlot> DialogueState);

internal sealed record Utterance([property: JsonRequired] string Text);

internal sealed record LabelledSlot([property: JsonRequired] string Slot, [property: JsonRequired] string Value);

/// <summary>Reads labelled dialogues.</summary>
internal static class DialogueFile
{
    /// <exception cref="CommandStoppedException">The file is damaged, or something else.</exception>
    public static IReadOnlyList<LabelledDialogue> Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            using Stream content = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
            return JsonSerializer.Deserialize(content, DialogueJson.Default.IReadOnlyListLabelledDialogue)
                ?? throw new CommandStoppedException($"{path}: there are no dialogues");
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw new CommandStoppedException($"{path}: no list of labelled dialogues: {e.Message}");
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<LabelledDialogue>))]
internal sealed partial class DialogueJson : JsonSerializerContext;
