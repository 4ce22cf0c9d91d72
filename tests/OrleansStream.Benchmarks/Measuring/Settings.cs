using System.Globalization;

namespace OrleansStream.Benchmarks.Measuring;

/// <summary><c>--name value</c> pairs; an unknown name is an error, not ignored.</summary>
internal sealed class Settings
{
    private readonly Dictionary<string, string> _values = [];
    private readonly HashSet<string> _asked = [];

    public Settings(IEnumerable<string> args)
    {
        string? name = null;
        foreach (string arg in args)
        {
            if (arg.StartsWith("--", StringComparison.Ordinal))
            {
                if (name is not null) _values[name] = "true";
                name = arg[2..];
            }
            else
            {
                _values[name ?? throw new ArgumentException($"'{arg}' follows no --name.")] = arg;
                name = null;
            }
        }
        if (name is not null) _values[name] = "true";
    }

    /// <summary><c>name=value,name=value</c>.</summary>
    public static Settings Parse(string pairs) =>
        new(pairs.Split(',', StringSplitOptions.RemoveEmptyEntries).SelectMany(p => p.Split('=', 2) is [var n, var v] ? ["--" + n, v] : new[] { "--" + p }));

    public string Text(string name, string otherwise)
    {
        _asked.Add(name);
        return _values.GetValueOrDefault(name, otherwise);
    }

    public int Number(string name, int otherwise) => (int)Real(name, otherwise);

    public double Real(string name, double otherwise) =>
        double.Parse(Text(name, otherwise.ToString(CultureInfo.InvariantCulture)).Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);

    public bool Is(string name) => Text(name, "false") == "true";

    public int[] Numbers(string name, string otherwise) =>
        [.. Text(name, otherwise).Split(',', ' ').Select(n => int.Parse(n, CultureInfo.InvariantCulture))];

    /// <summary>Call it when all was asked for.</summary>
    /// <exception cref="ArgumentException">Something was given that nobody asked for.</exception>
    public void ThrowIfUnknown()
    {
        var unknown = _values.Keys.Where(name => !_asked.Contains(name)).ToList();
        if (unknown.Count > 0) throw new ArgumentException($"Unknown: {string.Join(", ", unknown)}. Known: {string.Join(", ", _asked.Order())}.");
    }
}
