using System.Collections.Frozen;

namespace OrleansStream.Domain.Conversations.Topics;

/// <summary>English words that tell nothing of a topic: function words, courtesies, words of time and number, and verbs of wanting.</summary>
internal static class StopWords
{
    private const string Words = """
        a about above actually after again all also am an and any anyone anything anytime are as ask at available away back be because been before being best better between both but by bye call came can can't cannot check choose
        come coming confirm correct could day date days did didn't different do does doesn't doing don't done dont down each either else even ever every fine find first for forget from get give go goes going good goodbye
        got great had has have having he hello help her here hey hi him his hmm how however i i'd i'll i'm i've if in instead into is isn't it it's its just keep kind know later let let's lets like little long look looking
        looks lot make makes many matter may maybe me mean meant might mind minute more morning most much must my myself name need needs never nevermind new next no none nope not nothing now number of off oh ok okay on once
        one only open option options or order other our out over party people perfect person place please pm possible prefer purchase put quite rather really right said same say see select send she should show
        showing since so some something soon sorry sounds still such sure take talk tell than thank thanks that that's the their them then there there's these they thing things think this those three through time times to
        today together tomorrow tonight too try two type understand until up us use very wait want was wasn't way we we're week weekend well were what what's when where whether which while who why will with won't work works
        would wrong yeah yes yep yesterday yet you you'd you'll you're your yours afternoon evening night noon am monday tuesday wednesday thursday friday saturday sunday january february march april june july august
        september october november december four five six seven eight nine ten twelve buy book reserve bought booked change update reply question another speaking
        """;

    private static readonly FrozenSet<string> All = Words.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet();

    public static bool Contains(string word) => word.Length < 3 || All.Contains(word);
}
