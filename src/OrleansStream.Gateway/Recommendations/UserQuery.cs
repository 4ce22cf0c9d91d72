using Microsoft.AspNetCore.Http;
using OrleansStream.Domain.Recommendations.Users;
using OrleansStream.Gateway.Http;
using OrleansStream.Grains.Users;

namespace OrleansStream.Gateway.Recommendations;

/// <summary>Asks a visitor's grain, and the one it points to when the visitor was identified.</summary>
internal sealed class UserQuery(IGrainFactory grains, MinPosition minPosition)
{
    private const int MostHops = 4;

    /// <summary>Holds the query until the visitor has applied what it asks for; null when that is so.</summary>
    public Task<IResult?> WaitAsync(HttpContext context, string userId) =>
        minPosition.WaitAsync(context, UserTopics.Clicks, userId, Streams.Processing.ProcessorRegistry.Grain(grains, Processor, userId));

    public Task<UserAnswer> RecommendAsync(string userId, RecommendRequest request) => AskAsync(userId, grain => grain.Recommend(request));

    public Task<UserAnswer> NextAsync(string userId, NextRequest request) => AskAsync(userId, grain => grain.Next(request));

    /// <summary>The items of another key's newest session, oldest first; none when nothing is known of it.</summary>
    public async Task<string[]> SessionOfAsync(string key) => (await AskAsync(key, grain => grain.Visited())).Items.Select(i => i.ItemId).ToArray();

    public static bool CanBeUser(string text) => ShopIds.IsWellFormed(text);

    private static UserProcessor Processor { get; } = new();

    private async Task<UserAnswer> AskAsync(string userId, Func<IUserGrain, ValueTask<UserAnswer>> ask)
    {
        var answer = await ask(grains.GetGrain<IUserGrain>(userId));
        for (int hop = 0; answer.JoinedTo is { } target && hop < MostHops; hop++) answer = await ask(grains.GetGrain<IUserGrain>(target));
        return answer;
    }
}
