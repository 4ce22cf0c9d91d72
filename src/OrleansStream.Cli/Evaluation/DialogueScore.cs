using OrleansStream.Domain.Conversations;
using OrleansStream.Domain.Conversations.Facts;
using OrleansStream.Domain.Conversations.Messages;

namespace OrleansStream.Cli.Evaluation;

/// <summary>Turns counted in a file.</summary>
/// <param name="Name">The file.</param>
internal sealed record DialogueScore(string Name)
{
    public static readonly string[] Core = ["number", "date", "time"];

    private static readonly (string Slot, string Fact)[] Further =
    [
        ("movie", FactNames.Movie), ("theatre_name", FactNames.Theatre), ("restaurant_name", FactNames.Restaurant), ("location", FactNames.Location), ("category", FactNames.Category),
        ("price_range", FactNames.PriceRange), ("meal", FactNames.Meal),
    ];

    private static readonly HashSet<string> Articles = ["the", "a", "an", "theater", "theatre", "cinema", "cinemas"];

    public int Dialogues { get; private set; }

    public int Turns { get; private set; }

    public int Joint { get; private set; }

    /// <summary>Right turns, and turns that count, by what was labelled.</summary>
    public Dictionary<string, (int Right, int Of)> ByName { get; } = [];

    public static DialogueScore Of(string name, IReadOnlyList<LabelledDialogue> dialogues, CancellationToken stop)
    {
        var score = new DialogueScore(name) { Dialogues = dialogues.Count };
        foreach (var dialogue in dialogues)
        {
            stop.ThrowIfCancellationRequested();
            score.Count(dialogue);
        }

        return score;
    }

    private void Count(LabelledDialogue dialogue)
    {
        var state = ConversationState.Empty;
        var said = 0;
        foreach (var turn in dialogue.Turns)
        {
            if (turn.SystemUtterance is { } system)
            {
                state = Say(state, MessageRole.Assistant, system.Text, said++);
            }

            state = Say(state, MessageRole.User, turn.UserUtterance.Text, said++);
            Count(state.After.Dialogue, turn.DialogueState.ToDictionary(s => s.Slot, s => s.Value, StringComparer.Ordinal));
        }
    }

    private static ConversationState Say(ConversationState state, MessageRole role, string text, int number) =>
        ConversationRules.Say(state, new Message { Id = $"m-{number}", Role = role, Content = text, Time = DateTimeOffset.UnixEpoch.AddSeconds(number) }, DateTimeOffset.UnixEpoch).State;

    private void Count(DialogueState state, Dictionary<string, string> labels)
    {
        Turns++;
        (string Name, string? Labelled, string? Found)[] core =
        [
            ("number", labels.GetValueOrDefault("num_tickets") ?? labels.GetValueOrDefault("num_people"), OnlyNumber(state)),
            ("date", labels.GetValueOrDefault("date"), state[FactNames.Date]?.Value),
            ("time", labels.GetValueOrDefault("time"), state[FactNames.Time]?.Value),
        ];
        foreach (var (name, labelled, found) in core)
        {
            Add(name, labelled == found);
        }

        Joint += core.All(c => c.Labelled == c.Found) ? 1 : 0;
        foreach (var (slot, fact) in Further)
        {
            if (labels.TryGetValue(slot, out var labelled))
            {
                Add(slot, Bare(labelled) == Bare(state[fact]?.Value ?? ""));
            }
        }
    }

    /// <summary>Two numbers at once are none that is right.</summary>
    private static string? OnlyNumber(DialogueState state) => string.Join(" and ", state.Facts.Where(f => f.Name is FactNames.Tickets or FactNames.People).Select(f => f.Value)) is { Length: > 0 } text ? text : null;

    private void Add(string name, bool isRight)
    {
        var (right, of) = ByName.GetValueOrDefault(name);
        ByName[name] = (right + (isRight ? 1 : 0), of + 1);
    }

    private static string Bare(string name) => string.Join(' ', name.Split(' ').Where(word => !Articles.Contains(word)));
}
