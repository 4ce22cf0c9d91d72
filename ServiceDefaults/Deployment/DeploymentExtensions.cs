using Microsoft.Extensions.Hosting;

namespace OrleansStream.ServiceDefaults.Deployment;

public static class DeploymentExtensions
{
    /// <summary>
    /// Completes the configuration for the role. False when it cannot work; what is wrong and how to mend it has been printed then. Call it before anything reads
    /// the configuration.
    /// </summary>
    public static bool TryDeploy(this IHostApplicationBuilder builder, DeploymentRole role)
    {
        builder.Configuration.AddFallback(OrleansDefaults.Of(builder.Configuration, role));
        var errors = DeploymentErrors.Of(builder.Configuration, role);
        if (errors.Count == 0) return true;
        Console.Error.WriteLine($"OrleansStream.{role} cannot start:");
        foreach (string error in errors) Console.Error.WriteLine($"  - {error}");
        return false;
    }
}
