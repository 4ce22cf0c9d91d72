using System.Globalization;

namespace OrleansStream.Storage;

/// <summary>How Orleans' provider stores the name of a state that is a generic type: without the versions of assemblies, so that rows outlive them.</summary>
internal static class StateNames
{
    /// <summary><c>N.Box`1[[N.Item, Items, Version=1.0.0.0]]</c> becomes <c>N.Box`1[[N.Item, Items]]</c>; any other name stays as it is.</summary>
    public static string Stored(string name)
    {
        if (!name.Contains('`', StringComparison.Ordinal)) return name;
        var parts = new Queue<string>(name.Split(['[', ']'], StringSplitOptions.RemoveEmptyEntries).Where(part => part.Length > 1 && part[0] != ',').Select(WithoutVersion));
        return Next(parts);
    }

    private static string Next(Queue<string> parts)
    {
        string type = parts.Dequeue();
        int mark = type.IndexOf('`', StringComparison.Ordinal);
        int arity = mark < 0 ? 0 : int.Parse(type.AsSpan(mark + 1), NumberStyles.Integer, CultureInfo.InvariantCulture);
        if (arity <= 0) return type;
        var arguments = new string[arity];
        for (int i = 0; i < arity; i++) arguments[i] = $"[{Next(parts)}]";
        return $"{type}[{string.Join(',', arguments)}]";
    }

    private static string WithoutVersion(string type)
    {
        int assembly = type.IndexOf(',', StringComparison.Ordinal);
        if (assembly < 0) return type;
        int version = type.IndexOf(',', assembly + 1);
        return type[..(version < 0 ? assembly : version)];
    }
}
