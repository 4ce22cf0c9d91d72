using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansStream.Cli.Evaluation;

/// <summary>How often facts were right, over all files.</summary>
/// <param name="Dialogues">In all files.</param>
/// <param name="Turns">Labelled.</param>
/// <param name="Joint">Share of turns with number, date and time right.</param>
/// <param name="Accuracy">By fact.</param>
/// <param name="Files">The same by file.</param>
internal sealed record DialogueQuality(int Dialogues, int Turns, double Joint, IReadOnlyDictionary<string, double> Accuracy, IReadOnlyList<FileQuality> Files)
{
    public static DialogueQuality Of(IReadOnlyList<DialogueScore> scores) => new(
        scores.Sum(s => s.Dialogues), scores.Sum(s => s.Turns), Share(scores.Sum(s => s.Joint), scores.Sum(s => s.Turns)), AccuracyOf(scores),
        [.. scores.Select(s => new FileQuality(s.Name, s.Dialogues, s.Turns, Share(s.Joint, s.Turns), AccuracyOf([s])))]);

    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var file in Files)
        {
            text.AppendLine(Line(file.Name, file.Dialogues, file.Turns, file.Joint, file.Accuracy));
        }

        return text.Append(Line("all", Dialogues, Turns, Joint, Accuracy)).ToString();
    }

    public string ToJson() => JsonSerializer.Serialize(this, DialogueQualityJson.Default.DialogueQuality);

    private static string Line(string name, int dialogues, int turns, double joint, IReadOnlyDictionary<string, double> accuracy) => string.Create(
        CultureInfo.InvariantCulture, $"{name}: {dialogues} dialogues, {turns} turns, joint {joint:0.0%}; {string.Join(", ", accuracy.Select(a => $"{a.Key} {a.Value.ToString("0.0%", CultureInfo.InvariantCulture)}"))}");

    private static Dictionary<string, double> AccuracyOf(IReadOnlyList<DialogueScore> scores) => scores.SelectMany(s => s.ByName).GroupBy(n => n.Key, StringComparer.Ordinal)
        .OrderBy(g => Array.IndexOf(DialogueScore.Core, g.Key) is >= 0 and var at ? at : DialogueScore.Core.Length).ToDictionary(g => g.Key, g => Share(g.Sum(n => n.Value.Right), g.Sum(n => n.Value.Of)), StringComparer.Ordinal);

    private static double Share(int right, int of) => of == 0 ? 0 : Math.Round(right / (double)of, 4);
}

/// <summary>Of one file.</summary>
internal sealed record FileQuality(string Name, int Dialogues, int Turns, double Joint, IReadOnlyDictionary<string, double> Accuracy);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(DialogueQuality))]
internal sealed partial class DialogueQualityJson : JsonSerializerContext;
