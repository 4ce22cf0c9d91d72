using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using OrleansStream.Gateway.Http;
using OrleansStream.Grains.Cards;

namespace OrleansStream.Gateway.Cards;

/// <summary>
/// The way to a card that every query takes: an id that no transaction can carry is not found and wakes no grain, then
/// <c>Min-Position</c>, then the profile, whose position the answer names.
/// </summary>
internal sealed class CardQuery(IGrainFactory grains, MinPosition minPosition)
{
    private const int LongestCardId = 128;
    private const string DecisionsSegment = "/decisions/";

    /// <summary>The card and its profile, or the problem to answer with.</summary>
    public async Task<(ICardGrain? Card, CardProfileView? Profile, IResult? Problem)> FindAsync(HttpContext context, string cardId)
    {
        if (!CanExist(cardId)) return (null, null, NotFound());
        var card = grains.GetGrain<ICardGrain>(cardId);
        if (await minPosition.WaitAsync(context, CardTopics.Transactions, cardId, card.WaitUntilApplied) is { } problem) return (null, null, problem);
        if (await card.GetProfile() is not { } profile) return (null, null, NotFound());
        context.Response.Headers[MinPosition.AppliedHeader] = profile.AppliedPosition;
        return (card, profile, null);
    }

    /// <summary>The transaction's id of the path. Routing leaves an encoded slash as it is, and an id may have one.</summary>
    public static string TransactionId(HttpContext context, string routeValue)
    {
        string path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2)[0];
        int at = path.IndexOf(DecisionsSegment, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? routeValue : Uri.UnescapeDataString(path[(at + DecisionsSegment.Length)..].Split('/', 2)[0]);
    }

    private static bool CanExist(string cardId) =>
        cardId.Length <= LongestCardId && cardId.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '-');

    // Without the id: somebody may ask by a card number.
    private static IResult NotFound() => Problems.Error(404, "card-not-found", "No transaction of this card has been decided.");
}
