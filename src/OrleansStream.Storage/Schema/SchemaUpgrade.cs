using DbUp.Builder;
using DbUp.Engine.Output;

namespace OrleansStream.Storage.Schema;

/// <summary>Runs the scripts that a database does not have yet, each in a transaction.</summary>
internal static class SchemaUpgrade
{
    /// <exception cref="SchemaException">A script failed; the message names it. Those before it are done.</exception>
    public static void Run(UpgradeEngineBuilder target, SchemaScripts scripts, string database)
    {
        var result = target
            .WithScriptsEmbeddedInAssembly(SchemaScripts.Assembly, scripts.Includes)
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .LogTo(new NoOpUpgradeLog())
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
            throw new SchemaException($"The schema of {database} could not be brought up to date at script '{result.ErrorScript?.Name}': {result.Error.Message}", result.Error);
    }
}
