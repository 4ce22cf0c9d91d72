using System.Collections.Immutable;
using OrleansStream.Domain.Conversations.Messages;
using OrleansStream.Domain.Conversations.Text;
using OrleansStream.Domain.Conversations.Topics;

namespace OrleansStream.Domain.Conversations.Context;

/// <summary>
/// Extractive summaries: sentences as they were said, those whose words are said most among their neighbours (SumBasic: Nenkova and Vanderwende 2005), but for words of every
/// other sentence, which tell nothing; numbers count as words that are said often, what assistants say counts less.
/// </summary>
public static class Sentences
{
    /// <summary>Longest sentence that is kept, in UTF-16 code units.</summary>
    public const int MaxLength = 200;

    private const int FewestWords = 2, FewestSentences = 3;
    private const float AssistantShare = 0.4f, NumberWeight = 0.15f;

    /// <summary>The lines of before and the best sentences of messages that fall out, at most <see cref="ConversationState.MaxDigest"/>, in order.</summary>
    internal static ImmutableArray<DigestLine> Digest(ImmutableArray<DigestLine> before, IReadOnlyList<Message> gone) =>
        [.. Best(before.Concat(Scored(gone)), ConversationState.MaxDigest)];

    /// <summary>Lines <c>user: sentence</c>, best ones first until the budget is used, in order. Never more tokens than the budget.</summary>
    internal static string Summary(ImmutableArray<DigestLine> digest, ImmutableArray<Message> missing, int budget, ITokenCounter counter)
    {
        var chosen = new List<DigestLine>();
        string text = "";
        foreach (var line in digest.Concat(Scored(missing)).OrderByDescending(l => l.Score).ThenBy(l => l.Time).Take(2 * ConversationState.MaxDigest))
        {
            string longer = Join(chosen.Append(line));
            if (counter.Count(longer) > budget) continue;
            chosen.Add(line);
            text = longer;
        }
        return text;
    }

    private static string Join(IEnumerable<DigestLine> lines) => string.Join('\n', lines.OrderBy(l => l.Time).Select(l => $"{RoleNames.Of(l.Role)}: {l.Text}"));

    private static IEnumerable<DigestLine> Best(IEnumerable<DigestLine> lines, int most) =>
        lines.OrderByDescending(l => l.Score).ThenByDescending(l => l.Time).Take(most).OrderBy(l => l.Time);

    private static IEnumerable<DigestLine> Scored(IReadOnlyList<Message> messages)
    {
        var sentences = messages.SelectMany(m => Cut(m).Select(text => (Message: m, Text: text, Words: Words(text)))).Where(s => s.Words.Count >= FewestWords).ToList();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string word in sentences.SelectMany(s => s.Words)) counts[word] = counts.GetValueOrDefault(word) + 1;
        float all = Math.Max(1, counts.Values.Sum());
        int common = Math.Max(FewestSentences, sentences.Count / 2);
        foreach (var (message, text, words) in sentences)
        {
            float score = words.Sum(w => char.IsAsciiDigit(w[0]) ? NumberWeight : counts[w] > common ? 0 : counts[w] / all) / MathF.Sqrt(words.Count);
            yield return new DigestLine(message.Role, text, message.Role == MessageRole.User ? score : score * AssistantShare, message.Time);
        }
    }

    private static IEnumerable<string> Cut(Message message)
    {
        var text = new MessageText(message.Content);
        int first = 0;
        for (int i = 0; i < text.Count; i++)
        {
            if (!text[i].IsStop && i != text.Count - 1) continue;
            string sentence = message.Content[text[first].Start..text[i].End].Replace('\n', ' ').Replace('\r', ' ');
            yield return sentence.Length <= MaxLength ? sentence : sentence[..(char.IsHighSurrogate(sentence[MaxLength - 1]) ? MaxLength - 1 : MaxLength)];
            first = i + 1;
        }
    }

    private static List<string> Words(string sentence)
    {
        var words = new List<string>();
        foreach (var token in new MessageText(sentence).Tokens)
            if (token.IsNumber || (token.IsWord && !StopWords.Contains(token.Word))) words.Add(token.Word);
        return words;
    }
}
