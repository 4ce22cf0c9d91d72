using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;

namespace OrleansStream.Storage.Postgres;

/// <summary>Fills in what the configuration says elsewhere, and checks the whole: all errors at once, each with what to do.</summary>
internal sealed class PostgresOptionsSetup(IConfiguration configuration) : IPostConfigureOptions<PostgresStorageOptions>, IValidateOptions<PostgresStorageOptions>
{
    public void PostConfigure(string? name, PostgresStorageOptions options)
    {
        if (options.ConnectionString.Length == 0) options.ConnectionString = configuration.GetConnectionString(options.ConnectionName) ?? "";
        if (options.ServiceId.Length == 0) options.ServiceId = configuration["Orleans:ServiceId"] is { Length: > 0 } service ? service : "orleansstream";
    }

    public ValidateOptionsResult Validate(string? name, PostgresStorageOptions options)
    {
        var errors = new List<string>();
        if (options.ConnectionString.Length == 0)
            errors.Add($"PostgreSQL has no connection string: set ConnectionStrings:{options.ConnectionName} or {PostgresStorageOptions.Section}:ConnectionString, for example 'Host=127.0.0.1;Username=orleans;Password=...;Database=orleans'.");
        else if (Fault(options.ConnectionString) is { } fault)
            errors.Add($"The connection string of PostgreSQL cannot be used: {fault}");
        if (options.ConnectTimeout < TimeSpan.FromSeconds(1)) errors.Add($"{PostgresStorageOptions.Section}:ConnectTimeout is {options.ConnectTimeout}; give it at least 1 s.");
        if (options.CommandTimeout < TimeSpan.FromSeconds(1)) errors.Add($"{PostgresStorageOptions.Section}:CommandTimeout is {options.CommandTimeout}; give it at least 1 s.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static string? Fault(string connectionString)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(connectionString);
            return string.IsNullOrEmpty(builder.Host) ? "it names no Host." : string.IsNullOrEmpty(builder.Database) ? "it names no Database." : null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }
}
