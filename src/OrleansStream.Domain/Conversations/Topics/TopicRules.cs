using System.Collections.Immutable;
using OrleansStream.Domain.Conversations.Messages;
using OrleansStream.Domain.Conversations.Text;

namespace OrleansStream.Domain.Conversations.Topics;

/// <summary>
/// Weighs words by how recently they were said. A topic shifts when a user says so ("by the way …") or says twice in a row what has no word of it.
/// </summary>
public static class TopicRules
{
    private const int MaxTerms = 24, MaxTermLength = 32, FewestWords = 2, StrangersThatShift = 2;

    /// <summary>What a word counts after one more message: a half after two.</summary>
    private const float Decay = 0.7f;

    /// <summary>What assistants say counts less: they repeat, and offer what nobody asked for.</summary>
    private const float AssistantWeight = 0.4f;

    private static readonly string[][] Cues =
    [
        ["by", "the", "way"], ["another", "question"], ["different", "question"], ["new", "question"], ["something", "else"], ["change", "the", "subject"], ["change", "of", "subject"], ["on", "another", "note"],
        ["another", "thing"], ["different", "topic"], ["new", "topic"],
    ];

    public static Topic After(Topic topic, Message message)
    {
        if (message.Role is not (MessageRole.User or MessageRole.Assistant)) return topic;
        var text = new MessageText(message.Content);
        var words = Words(text);
        if (words.Count == 0) return topic;
        bool isUsers = message.Role == MessageRole.User;
        bool isStrange = isUsers && words.Count >= FewestWords && topic.Terms.Length > 0 && !words.Exists(w => topic.Terms.Any(t => t.Term == w));
        int strangers = isStrange ? topic.Strangers + 1 : isUsers ? 0 : topic.Strangers;
        if (isStrange && (strangers >= StrangersThatShift || Array.Exists(Cues, cue => text.Contains(cue))))
            return new Topic { Label = Label(words, Weigh([], words, 1)), Previous = topic.Label, Shifts = topic.Shifts + 1, Terms = Weigh([], words, 1) };
        // A message that may begin another topic does not make the old one heavier or lighter.
        if (isStrange) return topic with { Strangers = strangers };
        var terms = Weigh(topic.Terms, words, isUsers ? 1 : AssistantWeight);
        return topic with { Terms = terms, Strangers = strangers, Label = isUsers || topic.Label is null ? Keep(topic.Label, Label(words, terms)) : topic.Label };
    }

    private static ImmutableArray<TopicTerm> Weigh(ImmutableArray<TopicTerm> terms, List<string> words, float weight)
    {
        var weights = terms.ToDictionary(t => t.Term, t => t.Weight * Decay, StringComparer.Ordinal);
        foreach (string word in words.Distinct()) weights[word] = weights.GetValueOrDefault(word) + weight;
        return [.. weights.OrderByDescending(w => w.Value).ThenBy(w => w.Key, StringComparer.Ordinal).Take(MaxTerms).Select(w => new TopicTerm(w.Key, w.Value))];
    }

    /// <summary>The two heaviest, in the order in which the message has them.</summary>
    private static string Label(List<string> words, ImmutableArray<TopicTerm> terms)
    {
        var two = terms.Take(2).Select(t => t.Term).ToList();
        return string.Join(' ', two.OrderBy(w => words.IndexOf(w) is var at and >= 0 ? at : int.MaxValue));
    }

    /// <summary>The same words in another order are the same topic.</summary>
    private static string Keep(string? before, string label) => before is not null && before.Split(' ').Order().SequenceEqual(label.Split(' ').Order()) ? before : label;

    private static List<string> Words(MessageText text)
    {
        var words = new List<string>();
        foreach (var token in text.Tokens)
            if (token.IsWord && token.Word.Length <= MaxTermLength && !StopWords.Contains(token.Word)) words.Add(token.Word);
        return words;
    }
}
