using OrleansStream.Domain.Conversations.Text;

namespace OrleansStream.Domain.Conversations.Facts;

/// <summary>What a user's message does with what the assistant said before it.</summary>
internal enum UserAct
{
    Inform,
    Accept,
    Refuse,
}

internal static class UserActs
{
    private static readonly HashSet<string> Yes =
    [
        "yes", "yeah", "yep", "yup", "yea", "ya", "sure", "ok", "okay", "k", "alright", "correct", "right", "perfect", "great", "fine", "good", "absolutely", "definitely", "certainly", "exactly", "indeed",
        "agreed", "excellent", "cool", "confirm", "confirmed", "wonderful", "awesome", "affirmative",
    ];

    private static readonly HashSet<string> No =
        ["no", "nope", "nah", "not", "neither", "none", "never", "nevermind", "cancel", "wrong", "incorrect", "forget", "stop", "negative"];

    private static readonly HashSet<string> Denials =
        ["don't", "doesn't", "won't", "can't", "isn't", "cannot", "didn't", "not", "none", "neither", "dont", "doesnt", "wont", "cant", "unacceptable", "inconvenient", "too", "nevermind", "never", "anyway", "anyways", "different", "another", "other"];

    private static readonly string[][] Takes =
    [
        ["that", "works"], ["that's", "fine"], ["that", "is", "fine"], ["sounds", "good"], ["sounds", "great"], ["sounds", "fine"], ["looks", "good"], ["that", "would", "be"], ["that", "will", "work"], ["that'll", "work"],
        ["that", "will", "be"], ["i'll", "take"], ["i", "will", "take"], ["go", "ahead"], ["please", "do"], ["of", "course"], ["works", "for", "me"], ["let's", "do"], ["lets", "do"], ["do", "it"], ["do", "that"],
        ["make", "it"], ["book", "it"], ["book", "that"], ["take", "it"], ["get", "it"], ["i", "like"], ["why", "not"], ["no", "problem"], ["that", "time", "works"], ["that's", "good"], ["that", "is", "good"], ["that's", "great"],
        ["will", "do"], ["works", "."], ["reserve", "it"], ["reserve", "that"], ["purchase", "it"], ["that's", "right"], ["that's", "correct"], ["that", "is", "correct"], ["it", "is"], ["is", "fine"], ["is", "good"], ["i", "guess"],
        ["i'd", "like", "that"], ["i", "would", "like", "that"], ["i'll", "go", "with"], ["i", "can", "do"], ["that", "one"], ["if", "that's"], ["suits", "me"], ["i", "want", "that"], ["works", "great"],
    ];

    public static UserAct Of(MessageText text)
    {
        if (text.Contains("understand") || text.Contains("repeat") || text.Contains("pardon")) return UserAct.Inform;
        int i = 0;
        while (text.Word(i) is "\"" or "," or "." or "oh" or "hmm" or "well" or "um" or "uh" or "thanks" or "!" or "hm") i++;
        if (text.At(i, "no", "problem")) return UserAct.Accept;
        if (No.Contains(text.Word(i))) return UserAct.Refuse;
        bool isTaken = Yes.Contains(text.Word(i)) || Array.Exists(Takes, words => text.Contains(words));
        if (!isTaken) return text.Count <= 12 && text.ContainsAny(Denials) ? UserAct.Refuse : UserAct.Inform;
        return text.ContainsAny(Denials) && !text.Contains("why", "not") ? (Yes.Contains(text.Word(i)) ? UserAct.Inform : UserAct.Refuse) : UserAct.Accept;
    }
}
