namespace OrleansStream.Cli.Sending.Mapping;

/// <summary>How a column's text becomes a JSON value.</summary>
internal enum ValueKind
{
    Text,

    /// <summary>A JSON number; text that is none is sent as text, so that the server names what is wrong with it.</summary>
    Number,

    /// <summary>See <see cref="TimeText"/>.</summary>
    Time,

    /// <summary>See <see cref="CardToken"/>.</summary>
    Card,

    /// <summary>A name made into an id, see <see cref="Slug"/>.</summary>
    Slug,
}

/// <summary>A column name that fills a field without being told to.</summary>
internal sealed record WellKnownColumn(string Name, ValueKind Kind);

/// <summary>A field of an event, by its dotted path, and the column names it is known by, the best first.</summary>
internal sealed record TargetField(string Path, ValueKind Kind, IReadOnlyList<WellKnownColumn> Columns)
{
    public static TargetField Of(string path, ValueKind kind, params string[] columns) =>
        new(path, kind, [.. columns.Prepend(path).Select(name => new WellKnownColumn(name, kind))]);

    /// <summary>The same, filled as a slug from these columns when there is no better one.</summary>
    public TargetField OrSlugOf(params string[] columns) =>
        this with { Columns = [.. Columns, .. columns.Select(name => new WellKnownColumn(name, ValueKind.Slug))] };
}
