using OrleansStream.Domain.Conversations.Text;

namespace OrleansStream.Domain.Conversations.Facts;

/// <summary>Words of price and meals, which name themselves: <c>moderately priced</c>, <c>under 30 dollars</c>, <c>brunch</c>.</summary>
internal static class PriceMentions
{
    private static readonly HashSet<string> Prices =
        ["cheap", "cheaper", "inexpensive", "expensive", "affordable", "moderate", "pricey", "upscale", "midrange", "mid-range", "luxury", "fancy", "economical", "costly", "cheapest"];

    private static readonly HashSet<string> Meals = ["breakfast", "lunch", "dinner", "brunch", "supper"];
    private static readonly HashSet<string> Currencies = ["dollars", "dollar", "euros", "euro", "pounds", "bucks", "usd", "eur"];

    public static void Find(MessageText text, MentionList found)
    {
        for (int i = 0; i < text.Count; i++)
        {
            if (found.IsTaken(i)) continue;
            string word = text.Word(i);
            if (Meals.Contains(word)) found.Add(new Mention(FactNames.Meal, word, i, i + 1));
            else if (Price(text, i) is var end && end > i) found.Add(new Mention(FactNames.PriceRange, text.Said(i, end), i, end));
        }
    }

    private static int Price(MessageText text, int i)
    {
        string word = text.Word(i);
        if (word is "moderately" or "reasonably" or "medium" or "low" or "high" or "mid" && text.Word(i + 1) is "priced" or "price" or "range" or "end") return i + 2;
        if (Prices.Contains(word)) return i + 1;
        if (word is "under" or "below" or "over" or "around" or "about")
        {
            int at = i + (text.Word(i + 1) is "$" or "\u20ac" or "\u00a3" ? 2 : 1);
            if (at < text.Count && text[at].IsNumber && (at == i + 2 || Currencies.Contains(text.Word(at + 1)))) return at == i + 2 ? at + 1 : at + 2;
        }
        return i;
    }
}
