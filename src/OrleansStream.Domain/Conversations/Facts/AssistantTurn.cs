using System.Collections.Immutable;
using OrleansStream.Domain.Conversations.Text;

namespace OrleansStream.Domain.Conversations.Facts;

/// <summary>What an assistant's message leaves open for the next one: what it asks for, and what it offers.</summary>
/// <param name="Asked">Names of facts.</param>
/// <param name="Offers">Values, in the order in which they were said.</param>
internal readonly record struct AssistantTurn(ImmutableArray<string> Asked, ImmutableArray<Offer> Offers)
{
    private static readonly (string Name, string[] Words)[] QuestionWords =
    [
        (FactNames.Count, ["how", "many"]), (FactNames.Count, ["number", "of"]), (FactNames.Count, ["party", "size"]), (FactNames.Count, ["size", "of"]), (FactNames.Count, ["quantity"]),
        (FactNames.Time, ["time"]), (FactNames.Time, ["times"]), (FactNames.Time, ["when"]), (FactNames.Time, ["hour"]), (FactNames.Time, ["showtime"]),
        (FactNames.Date, ["date"]), (FactNames.Date, ["day"]), (FactNames.Date, ["when"]), (FactNames.Date, ["days"]), (FactNames.Date, ["dates"]),
        (FactNames.Movie, ["movie"]), (FactNames.Movie, ["film"]), (FactNames.Movie, ["title"]), (FactNames.Movie, ["watch"]),
        (FactNames.Theatre, ["theater"]), (FactNames.Theatre, ["theatre"]), (FactNames.Theatre, ["cinema"]),
        (FactNames.Location, ["location"]), (FactNames.Location, ["where"]), (FactNames.Location, ["city"]), (FactNames.Location, ["area"]), (FactNames.Location, ["town"]), (FactNames.Location, ["place"]),
        (FactNames.Category, ["cuisine"]), (FactNames.Category, ["type", "of", "food"]), (FactNames.Category, ["kind", "of", "food"]), (FactNames.Category, ["food"]), (FactNames.Category, ["category"]),
        (FactNames.PriceRange, ["price"]), (FactNames.PriceRange, ["budget"]), (FactNames.PriceRange, ["expensive"]),
        (FactNames.Meal, ["meal"]), (FactNames.Meal, ["mealtime"]),
        (FactNames.Restaurant, ["which", "restaurant"]), (FactNames.Restaurant, ["what", "restaurant"]), (FactNames.Restaurant, ["name", "of", "the", "restaurant"]), (FactNames.Restaurant, ["restaurant", "name"]),
        (FactNames.Name, ["your", "name"]),
    ];

    private static readonly HashSet<string> Reports =
        ["purchased", "confirmed", "booked", "reserved", "completed", "successful", "successfully", "confirmation", "bought", "enjoy", "finalized"];

    private const int ShortTurn = 8;
    private static readonly HashSet<string> Choices = ["available", "found", "there", "there's", "open", "have", "has", "choose", "offer", "availability", "can", "options", "only"];

    public static AssistantTurn None { get; } = new([], []);

    /// <param name="text">What the assistant says.</param>
    public static AssistantTurn Of(MessageText text)
    {
        var found = new MentionList(text);
        DateMentions.Find(text, false, found);
        TimeMentions.Find(text, false, found);
        // "just 1, right?" is no time.
        CountMentions.Find(text, text.Count <= ShortTurn && !text.Contains("one"), false, found);
        bool isQuestion = text.Contains("?");
        // What was done is no offer: who says "thanks" to it changes nothing.
        bool isReport = !isQuestion && text.ContainsAny(Reports) && !text.Contains("not") && !text.ContainsAny(["available"]);
        var offers = isReport ? [] : found.Items.Where(m => !Negations.OfAssistant(text, m)).Select(m => new Offer(m.Name, m.Value)).Distinct().ToImmutableArray();
        return new([.. Questions(text)], offers);
    }

    /// <summary>Whether it tells what there is to be had.</summary>
    public static bool HasChoice(MessageText text) => text.ContainsAny(Choices);

    /// <summary>Two messages of the assistant, one after the other.</summary>
    public AssistantTurn Then(AssistantTurn next) => new([.. Asked.Union(next.Asked)], next.Offers.IsEmpty ? Offers : next.Offers);

    private static IEnumerable<string> Questions(MessageText text)
    {
        if (text.ContainsAny(Reports) && !text.Contains("?")) return [];
        return QuestionWords.Where(q => text.Contains(q.Words)).Select(q => q.Name).Distinct();
    }
}

/// <summary>A value that an assistant proposed.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.Conversations.Offer")]
public readonly record struct Offer([property: Id(0)] string Name, [property: Id(1)] string Value);
