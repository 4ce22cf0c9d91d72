namespace OrleansStream.Domain.Conversations.Facts;

/// <summary>What facts are called, as the API shows them.</summary>
public static class FactNames
{
    public const string Date = "date";
    public const string Time = "time";

    /// <summary>How many tickets or seats.</summary>
    public const string Tickets = "numTickets";

    /// <summary>How many people, guests, a party's size.</summary>
    public const string People = "numPeople";

    public const string Movie = "movie";
    public const string Theatre = "theatreName";
    public const string Restaurant = "restaurantName";
    public const string Location = "location";

    /// <summary>What kind of food.</summary>
    public const string Category = "category";

    public const string PriceRange = "priceRange";
    public const string Meal = "meal";

    /// <summary>Somebody's name, or whatever was named in quotes.</summary>
    public const string Name = "name";

    /// <summary>The value of a fact that its speaker has no preference for, as dialogue state tracking calls it.</summary>
    public const string Any = "dontcare";

    /// <summary>A number of something: tickets or people, as the conversation goes. Never shown.</summary>
    internal const string Count = "count";
}
