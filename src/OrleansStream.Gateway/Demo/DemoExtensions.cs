using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OrleansStream.Gateway.Demo;

public static class DemoExtensions
{
    /// <summary>Adds the demo load and its routes, off until asked for. For Local and Development: the gateway adds it itself in Development.</summary>
    public static WebApplicationBuilder AddDemo(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<DemoOptions>().BindConfiguration(DemoOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDemoScenario, FraudScenario>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDemoScenario, ShopScenario>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDemoScenario, OpsScenario>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDemoScenario, ChatScenario>());
        if (services.Any(s => s.ServiceType == typeof(DemoLoad))) return builder;
        services.AddSingleton<DemoLoad>();
        services.AddHostedService(sp => sp.GetRequiredService<DemoLoad>());
        return builder;
    }
}
