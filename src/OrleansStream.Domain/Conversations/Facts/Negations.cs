using OrleansStream.Domain.Conversations.Text;

namespace OrleansStream.Domain.Conversations.Facts;

/// <summary>Whether a value is said not to hold: <c>not friday</c>, <c>instead of 6 pm</c>, <c>friday doesn't work</c>, <c>there is nothing at 7</c>.</summary>
internal static class Negations
{
    private static readonly HashSet<string> Absent =
        ["unavailable", "sold", "declined", "booked", "unable", "unfortunately", "impossible", "full", "none", "nothing", "cannot", "no", "not", "never", "neither", "isnt", "cant", "wasnt", "wont", "doesnt", "dont", "didnt", "arent"];

    /// <summary>In what a user says.</summary>
    public static bool OfUser(MessageText text, Mention mention)
    {
        int first = Clauses.Begin(text, mention.First), end = Clauses.End(text, mention.End);
        for (int i = mention.First - 1; i >= first; i--)
        {
            if (i < mention.First - 1 && text.Word(i + 1) is "," && text.Word(i) is not "not") break;
            if (text.At(i, "instead", "of") || text.At(i, "rather", "than") || text.At(i, "other", "than") || text.Word(i) is "except") return true;
            // What is asked for is meant: "why don't we make it 7", "don't you have 7 pm", "is there not".
            if (text.Word(i) is "not" or "cancel" || IsDenied(text.Word(i))) return text.Word(i - 1) is not ("why" or "if" or "sure" or "or") && text.Word(i + 1) is not "you" && text.Word(i + 1) is not "we" && !IsPreference(text, i);
        }
        for (int i = mention.End; i < end && i < mention.End + 5; i++)
            if (text.Word(i) is "never" or "cannot" or "too" or "wont" or "doesnt" or "isnt" || IsDenied(text.Word(i)) || IsDeniedBy(text, i)) return !IsPreference(text, i);
        return false;
    }

    /// <summary>In what an assistant says: what it does not have.</summary>
    public static bool OfAssistant(MessageText text, Mention mention)
    {
        int first = Clauses.Begin(text, mention.First), end = Clauses.End(text, mention.End);
        for (int i = first; i < end; i++)
            if (Absent.Contains(text.Word(i)) || IsDenied(text.Word(i))) return true;
        return false;
    }

    /// <summary>"6 pm is not good", and not "6 pm, not at any of those".</summary>
    private static bool IsDeniedBy(MessageText text, int i) => text.Word(i) is "not" && text.Word(i - 1) is "is" or "does" or "do" or "will" or "would" or "are" or "can" or "could";

    private static bool IsDenied(string word) => word.EndsWith("n't", StringComparison.Ordinal);

    /// <summary>Who does not care denies nothing that is named beside it.</summary>
    private static bool IsPreference(MessageText text, int i) => Enumerable.Range(i + 1, 3).Any(n => text.Word(n) is "care" or "mind" or "matter" or "know" or "preference" or "understand");
}
