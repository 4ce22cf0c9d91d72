using OrleansStream.Domain.Conversations.Text;

namespace OrleansStream.Domain.Conversations.Facts;

/// <summary>Where one statement ends and the next begins: stops, <c>but</c>, and commas before what begins a statement.</summary>
internal static class Clauses
{
    private static readonly HashSet<string> Beginnings =
    [
        "how", "what", "would", "do", "does", "can", "could", "i", "i'm", "i'll", "i'd", "you", "there", "there's", "they", "please", "choose", "select", "is", "are", "let's", "lets", "we", "no", "yes", "however",
        "but", "which", "will", "so", "ok", "okay", "actually", "make", "maybe", "it", "it's", "that", "try", "rather",
    ];

    public static int Begin(MessageText text, int at)
    {
        while (at > 0 && !IsBorder(text, at - 1)) at--;
        return at;
    }

    public static int End(MessageText text, int at)
    {
        while (at < text.Count && !IsBorder(text, at)) at++;
        return at;
    }

    private static bool IsBorder(MessageText text, int i) =>
        text[i].IsStop || text.Word(i) is "but" or "however" or "because" or "since" || (text.Word(i) is "," or "-" or ":" && (Beginnings.Contains(text.Word(i + 1)) || text.Word(i - 1) is "no" or "not" or "yes"))
        || (text.Word(i + 1) is "choose" or "please" or "pick" or "select" && i > 0 && text.Word(i) is "available" or "unavailable") || (text.Word(i + 1) is "how" or "what" && text.Word(i + 2) is "about" or "abut");
}
