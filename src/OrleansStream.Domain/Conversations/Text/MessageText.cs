using System.Text.RegularExpressions;

namespace OrleansStream.Domain.Conversations.Text;

/// <summary>
/// A message cut into tokens. Chat text is taken as it comes: without capitals, with blanks around punctuation (<c>don ' t</c>, <c>7.15 pm .</c>), with numbers glued to
/// their unit (<c>6pm</c>).
/// </summary>
internal sealed partial class MessageText
{
    /// <summary>Tokens beyond these are not read: what follows thousands of words is no turn of a dialogue.</summary>
    public const int MaxTokens = 2_000;

    private static readonly HashSet<string> Contractions = ["t", "s", "m", "re", "ll", "ve", "d"];
    private readonly Token[] _tokens;

    public MessageText(string text)
    {
        Text = text;
        var tokens = new List<Token>();
        foreach (var match in Pattern().EnumerateMatches(text))
        {
            if (tokens.Count == MaxTokens) break;
            Add(tokens, text.AsSpan(match.Index, match.Length), match.Index);
        }
        _tokens = [.. tokens];
    }

    public string Text { get; }

    public int Count => _tokens.Length;

    public Token this[int index] => _tokens[index];

    public ReadOnlySpan<Token> Tokens => _tokens;

    /// <summary>The word there; empty outside of the message.</summary>
    public string Word(int index) => index >= 0 && index < _tokens.Length ? _tokens[index].Word : "";

    /// <summary>Whether these words stand there, in this order.</summary>
    public bool At(int index, params ReadOnlySpan<string> words)
    {
        for (int i = 0; i < words.Length; i++)
            if (Word(index + i) != words[i]) return false;
        return true;
    }

    public bool Contains(params ReadOnlySpan<string> words)
    {
        for (int i = 0; i + words.Length <= _tokens.Length; i++)
            if (At(i, words)) return true;
        return false;
    }

    public bool ContainsAny(HashSet<string> words) => Array.Exists(_tokens, t => words.Contains(t.Word));

    /// <summary>What was written from a token up to another, blanks as one; without the quotes and stops around it.</summary>
    public string Said(int first, int end)
    {
        string said = Blanks().Replace(Text[_tokens[first].Start.._tokens[end - 1].End], " ");
        return Around().Replace(said, "$1");
    }

    private static void Add(List<Token> tokens, ReadOnlySpan<char> found, int start)
    {
        int end = start + found.Length;
        if (char.IsAsciiDigit(found[0]) && found.Contains(':'))
        {
            tokens.Add(new Token(found.ToString().Replace(" ", "", StringComparison.Ordinal), start, end));
            return;
        }
        string word = found.ToString().ToLowerInvariant().Replace('\u2019', '\'');
        if (word is "a.m" or "a.m." or "a. m" or "a. m.") word = "am";
        if (word is "p.m" or "p.m." or "p. m" or "p. m.") word = "pm";
        // "don ' t": three tokens are one word.
        if (Contractions.Contains(word) && tokens.Count >= 2 && tokens[^1].Word == "'" && tokens[^2].IsWord && tokens[^1].Start - tokens[^2].End <= 1 && start - tokens[^1].End <= 1)
        {
            var (head, from) = (tokens[^2].Word, tokens[^2].Start);
            tokens.RemoveRange(tokens.Count - 2, 2);
            tokens.Add(new Token($"{head}'{word}", from, end));
            return;
        }
        tokens.Add(new Token(word, start, end));
    }

    [GeneratedRegex(@"\d+ ?: ?\d\d(?!\d)|\d+(?:[.,/-]\d+)*(?:st|nd|rd|th)?(?![\p{L}\d])|\d+(?:[.,]\d+)*|(?<![\p{L}\p{N}])[ap]\. ?m(?:\.|(?![\p{L}\p{N}]))|\p{L}[\p{L}\p{M}\p{N}]*(?:['\u2019]\p{L}+)*|[^\s\p{L}\p{N}]", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@" ?([:]) ?(?=\d)")]
    private static partial Regex Around();
}
