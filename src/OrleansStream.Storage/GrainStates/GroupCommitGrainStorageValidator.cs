using System.ComponentModel.DataAnnotations;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace OrleansStream.Storage.GrainStates;

/// <summary>Checks a provider's settings before the silo starts: all errors at once, each with what to do.</summary>
internal sealed class GroupCommitGrainStorageValidator(string name, GroupCommitGrainStorageOptions options) : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        var errors = new List<string>();
        if (options.Invariant is not (GroupCommitGrainStorageOptions.Postgres or GroupCommitGrainStorageOptions.Sqlite))
            errors.Add($"Invariant is '{options.Invariant}'; it is {GroupCommitGrainStorageOptions.Postgres} or {GroupCommitGrainStorageOptions.Sqlite}.");
        if (string.IsNullOrWhiteSpace(options.ConnectionString)) errors.Add("ConnectionString is missing.");
        else if (Fault() is { } fault) errors.Add($"ConnectionString cannot be used: {fault}");
        var ranges = new List<ValidationResult>();
        Validator.TryValidateObject(options.Commit, new ValidationContext(options.Commit), ranges, validateAllProperties: true);
        errors.AddRange(ranges.Select(range => $"Commit: {range.ErrorMessage}"));
        if (options.Commit.Gather < TimeSpan.Zero || options.Commit.Gather > TimeSpan.FromSeconds(1)) errors.Add($"Commit.Gather is {options.Commit.Gather}; give 0 to 1 s.");
        if (errors.Count > 0) throw new OrleansConfigurationException($"The group-commit grain storage '{name}' cannot be used: {string.Join(" ", errors)}");
    }

    private string? Fault()
    {
        try
        {
            return options.Invariant switch
            {
                GroupCommitGrainStorageOptions.Sqlite => new SqliteConnectionStringBuilder(options.ConnectionString).DataSource is { Length: > 0 } ? null : "it names no Data Source.",
                GroupCommitGrainStorageOptions.Postgres => new NpgsqlConnectionStringBuilder(options.ConnectionString).Host is { Length: > 0 } ? null : "it names no Host.",
                _ => null,
            };
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }
}
