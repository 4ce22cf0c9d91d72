using OrleansStream.Domain.Conversations.Facts;

namespace OrleansStream.Domain.Tests.Conversations;

public sealed class FactTests
{
    [Theory]
    // Numbers
    [InlineData("hi, buy 3 movie tickets for tomorrow", "date=tomorrow, numTickets=3")]
    [InlineData("hi , buy three movie tickets for tomorrow", "date=tomorrow, numTickets=3")]
    [InlineData("I need a couple of tickets", "numTickets=2")]
    [InlineData("a table for two at 8pm on Friday", "date=Friday, numPeople=2, time=8pm")]
    [InlineData("we are a party of five", "numPeople=5")]
    [InlineData("reservation for 6 people next monday", "date=next monday, numPeople=6")]
    [InlineData("tickets for 4 people please", "numTickets=4")]
    // Times
    [InlineData("tickets for 7.15 pm", "time=7.15 pm")]
    [InlineData("a table at 6 : 30 pm", "time=6:30 pm")]
    [InlineData("a table at 6:30 p.m.", "time=6:30 p.m.")]
    [InlineData("let's meet at half past seven", "time=half past seven")]
    [InlineData("a table at seven thirty tonight", "date=tonight, time=seven thirty")]
    [InlineData("book it for noon", "time=noon")]
    [InlineData("a table at 8 tomorrow", "date=tomorrow, time=8")]
    // Dates
    [InlineData("Tomorrow, please", "date=tomorrow")]
    [InlineData("this wednesday", "date=wednesday")]
    [InlineData("a table on March 8th", "date=March 8th")]
    [InlineData("on the 21st", "date=21st")]
    [InlineData("for 2026-03-08", "date=2026-03-08")]
    [InlineData("saturday ' s showing", "date=saturday")]
    [InlineData("the day after tomorrow", "date=day after tomorrow")]
    [InlineData("may we come on the first floor", "")]
    // Nothing of these
    [InlineData("i may march on", "")]
    [InlineData("it costs 7.15", "")]
    [InlineData("what did you say ?", "")]
    public void AreFound_InOneMessage(string text, string facts) => Assert.Equal(facts, Core(Talk.Of($"u: {text}").Facts()));

    [Theory]
    [InlineData("6 pm", "time=6 pm")]
    [InlineData("hi, a table for tomorrow|no, make it Friday", "date=Friday")]
    [InlineData("hi, buy 3 movie tickets for tomorrow|actually make it 5", "date=tomorrow, numTickets=5")]
    [InlineData("2 tickets for friday|not friday", "numTickets=2")]
    [InlineData("2 tickets for friday|friday doesn't work, saturday instead", "date=saturday, numTickets=2")]
    [InlineData("2 tickets at 6 pm|I'd like 7 pm instead of 6 pm", "numTickets=2, time=7 pm")]
    [InlineData("2 tickets at 6 pm|why don't we make it 7 pm", "numTickets=2, time=7 pm")]
    [InlineData("2 tickets at 6 pm|any time is fine", "numTickets=2, time=dontcare")]
    [InlineData("2 tickets at 6 pm|thanks, bye", "numTickets=2, time=6 pm")]
    public void AreOverridden_ByLaterMessages(string lines, string facts) => Assert.Equal(facts, Core(Talk.Of([.. lines.Split('|').Select(l => $"u: {l}")]).Facts()));

    [Theory]
    [InlineData("u: two tickets|a: How about 6:30 pm?|u: yes, that works", "numTickets=2, time=6:30 pm")]
    [InlineData("u: two tickets|a: How about 6:30 pm?|u: yes, that works. actually make it 5", "numTickets=5, time=6:30 pm")]
    [InlineData("u: tickets|a: How about 6:30 pm?|u: make it 7", "time=7")]
    [InlineData("u: two tickets|a: How about 6:30 pm?|u: no", "numTickets=2")]
    [InlineData("u: two tickets|a: How about 6:30 pm?|u: no, 8 pm", "numTickets=2, time=8 pm")]
    [InlineData("u: two tickets for 5 pm|a: sorry , 5 pm is sold out . how about 6 pm ?|u: sounds good", "numTickets=2, time=6 pm")]
    [InlineData("u: two tickets for 5 pm|a: 5 pm is not available . choose 6 pm or 7 pm|u: ok", "numTickets=2, time=5 pm")]
    [InlineData("u: two tickets for 5 pm|a: 5 pm is not available . choose 6 pm or 7 pm|u: 7 pm is fine", "numTickets=2, time=7 pm")]
    [InlineData("u: two tickets for 5 pm|a: You want 5 pm, correct?|u: no", "numTickets=2")]
    [InlineData("u: movie tickets|a: How many tickets?|u: 5", "numTickets=5")]
    [InlineData("u: movie tickets|a: How many tickets?|u: five please", "numTickets=5")]
    [InlineData("u: movie tickets|a: How many tickets, and at what time?|u: 2, at 7", "numTickets=2, time=7")]
    [InlineData("u: movie tickets|a: How many tickets?|u: just me", "numTickets=1")]
    [InlineData("u: a table|a: What time?|u: 7", "time=7")]
    [InlineData("u: a table|a: what time ?|u: i don ' t care", "time=dontcare")]
    [InlineData("u: a table|a: what time ?|u: i don ' t understand", "")]
    [InlineData("u: 3 tickets for wednesday|a: 3 tickets are booked for march 08 .|u: ok thank you", "date=wednesday, numTickets=3")]
    [InlineData("u: a table|a: We could offer you tomorrow.|a: Or Friday?|u: Friday", "date=Friday")]
    public void AreTakenFromBoth_WhenTheAssistantAsksAndOffers(string lines, string facts) => Assert.Equal(facts, Core(Talk.Of(lines.Split('|')).Facts()));

    [Fact]
    public void SayWhereTheyComeFrom()
    {
        var facts = Talk.Of("u: two tickets for friday", "a: How about 6:30 pm?", "u: yes", "u: no, saturday", "a: in which city?", "u: Lyon").After.Dialogue;
        Assert.Equal(("m-000", FactBasis.Said), Source(facts[FactNames.Tickets]!));
        Assert.Equal(("m-002", FactBasis.Accepted), Source(facts[FactNames.Time]!));
        Assert.Equal(("m-003", FactBasis.Corrected), Source(facts[FactNames.Date]!));
        Assert.Equal("Lyon", facts[FactNames.Location]!.Value);

        static (string, FactBasis) Source(Fact fact) => (fact.MessageId, fact.Basis);
    }

    [Theory]
    [InlineData("u: 2 tickets for the movie called the long road at the plaza theater", "movie=the long road, numTickets=2, theatreName=plaza")]
    [InlineData("u: find me an inexpensive italian restaurant in los altos", "category=italian, location=los altos, priceRange=inexpensive")]
    [InlineData("u: moderately priced, for brunch", "meal=brunch, priceRange=moderately priced")]
    [InlineData("u: something under $30 please", "priceRange=under $30")]
    [InlineData("u: tickets for \"Blue Hour\" please", "movie=Blue Hour")]
    [InlineData("u: a table please|a: what kind of food?|u: how about thai", "category=thai")]
    public void AreFoundByCues_WhenTheyAreNames(string lines, string facts) => Assert.Equal(facts, Talk.Of(lines.Split('|')).Facts());

    /// <summary>Number, date and time.</summary>
    private static string Core(string facts) => string.Join(", ", facts.Split(", ").Where(f => f.Split('=')[0] is FactNames.Date or FactNames.Time or FactNames.Tickets or FactNames.People));
}
