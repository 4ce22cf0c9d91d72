using OrleansStream.Domain.Conversations.Messages;
using OrleansStream.Domain.Conversations.Text;

namespace OrleansStream.Domain.Conversations.Facts;

/// <summary>
/// What a message does to the facts. Only users make facts: by saying something, by answering, or by taking what was offered; a later one overrides. What assistants
/// say is a question, an offer, or a report, which changes nothing.
/// </summary>
public static class DialogueRules
{
    /// <summary>Longest value.</summary>
    private const int MaxValueLength = 80;

    public static DialogueState After(DialogueState state, Message message) => message.Role switch
    {
        MessageRole.User => User(state, message, new MessageText(message.Content)),
        MessageRole.Assistant => Assistant(state, new MessageText(message.Content)),
        _ => state,
    };

    private static DialogueState Assistant(DialogueState state, MessageText text)
    {
        var turn = AssistantTurn.Of(text);
        if (state.IsAssistants) turn = new AssistantTurn(state.Asked, state.Offers).Then(turn);
        // Who repeats what is known and says more of it sums up; only a question proposes something else.
        bool isRecap = !text.Contains("?") && !AssistantTurn.HasChoice(text) && turn.Offers.Select(o => o.Name).Distinct().Count() > 1 && turn.Offers.Any(o => state[Resolve(o.Name, state, state.Kind)]?.Value == o.Value);
        if (isRecap) turn = turn with { Offers = [] };
        return state with { Asked = turn.Asked, Offers = turn.Offers, IsAssistants = true, Kind = state.Kind ?? CountMentions.KindOf(text) };
    }

    private static DialogueState User(DialogueState state, Message message, MessageText text)
    {
        string? kind = CountMentions.KindOf(text) ?? state.Kind;
        var mentions = Mentions(state, text, kind);
        var next = state with { Kind = kind, IsAssistants = false };
        var act = UserActs.Of(text);
        var told = new HashSet<string>();
        foreach (var mention in mentions)
        {
            string name = Resolve(mention.Name, state, kind);
            if (mention.IsNegated)
            {
                if (next[name]?.Value == mention.Value && told.Add(name)) next = Without(next, name);
                continue;
            }
            told.Add(name);
            bool isAsked = state.Asked.Contains(mention.Name) || (mention.Name is FactNames.Tickets or FactNames.People && state.Asked.Contains(FactNames.Count));
            next = With(next, new Fact(name, Short(mention.Value), message.Id, next[name] is { } old && old.Value != mention.Value ? FactBasis.Corrected : isAsked ? FactBasis.Answered : FactBasis.Said));
        }
        if (act == UserAct.Accept) next = Accept(next, message, kind, told);
        if (act == UserAct.Refuse && told.Count == 0) next = Refuse(next, kind);
        string[] open = [.. state.Asked.Where(a => a != FactNames.Count && !told.Contains(a))];
        foreach (string name in Indifference.Of(text, open))
            if (told.Add(name)) next = With(next, new Fact(name, FactNames.Any, message.Id, FactBasis.Answered));
        return next with { Asked = [.. state.Asked.Where(a => !told.Contains(Resolve(a, state, kind)))], Offers = [] };
    }

    private static IEnumerable<Mention> Mentions(DialogueState state, MessageText text, string? kind)
    {
        var found = new MentionList(text);
        DateMentions.Find(text, state.Asked.Contains(FactNames.Date), found);
        bool isCountAsked = state.Asked.Contains(FactNames.Count);
        // "Make it 5" after an offered time is the number that was there before, if there was one.
        bool isTimeOpen = state.Asked.Contains(FactNames.Time) || (state.Count is null && state.Offers.Any(o => o.Name == FactNames.Time));
        TimeMentions.Find(text, isTimeOpen && !isCountAsked, found);
        CountMentions.Find(text, isCountAsked, state.Count is not null, found);
        PriceMentions.Find(text, found);
        NameMentions.Find(text, state.Asked, kind, found);
        return found.Items.Select(m => m with { IsNegated = Negations.OfUser(text, m) }).OrderBy(m => m.First);
    }

    /// <summary>Who agrees to one proposal takes it; of several it is not known which.</summary>
    private static DialogueState Accept(DialogueState state, Message message, string? kind, HashSet<string> told)
    {
        foreach (var offers in state.Offers.GroupBy(o => o.Name))
        {
            string name = Resolve(offers.Key, state, kind);
            var values = offers.Select(o => o.Value).Distinct().ToList();
            if (values.Count == 1 && !told.Contains(name) && state[name]?.Value != values[0])
            {
                told.Add(name);
                state = With(state, new Fact(name, Short(values[0]), message.Id, FactBasis.Accepted));
            }
        }
        return state;
    }

    /// <summary>Who is asked whether it is right, and says no, takes it back; a refused proposal was never a fact.</summary>
    private static DialogueState Refuse(DialogueState state, string? kind)
    {
        var names = state.Offers.Select(o => Resolve(o.Name, state, kind)).Distinct().ToList();
        if (names.Count != 1 || state.Offers.Length != 1) return state;
        return state[names[0]]?.Value == state.Offers[0].Value ? Without(state, names[0]) : state;
    }

    private static string Resolve(string name, DialogueState state, string? kind) =>
        name is FactNames.Count or FactNames.People or FactNames.Tickets
            // People who come along to a film need as many tickets.
            ? name is FactNames.Tickets ? name : kind ?? state.Count?.Name ?? FactNames.People
            : name;

    private static DialogueState With(DialogueState state, Fact fact)
    {
        if (state[fact.Name] is { } old)
            return old.Value == fact.Value ? state : state with { Facts = state.Facts.Remove(old).Add(fact) };
        return state with { Facts = state.Facts.Add(fact) };
    }

    private static DialogueState Without(DialogueState state, string name) => state with { Facts = state.Facts.RemoveAll(f => f.Name == name) };

    private static string Short(string value) => value.Length <= MaxValueLength ? value : value[..MaxValueLength];
}
