using System.Globalization;
using System.Reflection;

namespace OrleansStream.Storage.Schema;

/// <summary>The scripts of one database, embedded in this assembly and numbered: <c>0001_storage.sql</c> is version 1.</summary>
internal sealed class SchemaScripts(string folder)
{
    private readonly string _prefix = $"{typeof(SchemaScripts).Assembly.GetName().Name}.{folder}.Scripts.";

    /// <summary>The newest version this code knows.</summary>
    public int Latest => Names.Max(Version);

    public static Assembly Assembly => typeof(SchemaScripts).Assembly;

    public bool Includes(string resource) => resource.StartsWith(_prefix, StringComparison.Ordinal);

    private IEnumerable<string> Names => Assembly.GetManifestResourceNames().Where(Includes);

    private int Version(string name) => int.Parse(name.AsSpan(_prefix.Length, 4), NumberStyles.None, CultureInfo.InvariantCulture);
}
