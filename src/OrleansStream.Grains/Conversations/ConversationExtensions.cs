using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Domain.Conversations.Context;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Conversations;

internal static class ConversationExtensions
{
    /// <summary>Conversations, and how their tokens are counted. Once per process counts.</summary>
    public static IServiceCollection AddConversations(this IServiceCollection services)
    {
        services.AddStreamProcessor<ConversationProcessor>();
        if (services.Any(s => s.ServiceType == typeof(ConversationService))) return services;
        services.AddOptions<ConversationOptions>().BindConfiguration(ConversationOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ITokenCounter, O200kTokenCounter>();
        services.AddSingleton<ContextBuilder>();
        services.AddSingleton<ConversationService>();
        return services;
    }
}
