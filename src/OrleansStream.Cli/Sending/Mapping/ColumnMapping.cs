namespace OrleansStream.Cli.Sending.Mapping;

/// <summary>One field and the column that fills it.</summary>
internal sealed record MappedColumn(string Field, int Index, string Column, ValueKind Kind);

/// <summary>Which column fills which field, settled against a file's header before anything is sent.</summary>
internal sealed class ColumnMapping
{
    private readonly IReadOnlyList<string> _header;

    private ColumnMapping(IReadOnlyList<string> header, IReadOnlyList<MappedColumn> columns)
    {
        _header = header;
        Columns = columns;
    }

    /// <summary>In the order of the target's fields.</summary>
    public IReadOnlyList<MappedColumn> Columns { get; }

    /// <summary>How many columns every row must have.</summary>
    public int HeaderCount => _header.Count;

    public string Signature => string.Join(';', Columns.Select(column => $"{column.Field}={column.Column}:{column.Kind}"));

    /// <param name="target">Names the fields, and which are required.</param>
    /// <param name="header">The names in the file's first line.</param>
    /// <param name="maps"><c>field=column</c>, or <c>field=</c> to leave the field out.</param>
    /// <exception cref="UsageException">An unknown field or column, or a required field without a column.</exception>
    public static ColumnMapping Resolve(IngestTarget target, IReadOnlyList<string> header, IReadOnlyList<string> maps)
    {
        var asked = maps.Select(map => FieldMap.Parse(map, target.Fields)).ToLookup(map => map.Field, map => map.Column);
        var columns = target.Fields
            .Select(field => asked.Contains(field.Path) ? Asked(field, asked[field.Path].Last(), header) : WellKnown(field, header))
            .OfType<MappedColumn>()
            .ToList();

        var missing = target.Required.Except(columns.Select(column => column.Field)).ToList();
        if (missing.Count > 0)
        {
            throw new UsageException(
                $"No column fills {string.Join(" and ", missing)}: say which with --map {missing[0]}=COLUMN.\nColumns: {string.Join(", ", header)}");
        }

        return new ColumnMapping(header, columns);
    }

    public IReadOnlyList<string> Describe()
    {
        var unused = _header.Except(Columns.Select(column => column.Column)).ToList();
        return
        [
            "columns: " + string.Join(", ", Columns.Select(column => $"{column.Field}={column.Column}")),
            .. unused.Count > 0 ? ["not sent: " + string.Join(", ", unused)] : Array.Empty<string>(),
            .. Columns.Any(column => column.Kind == ValueKind.Card) ? ["card numbers are sent as tokens"] : Array.Empty<string>(),
        ];
    }

    private static MappedColumn? Asked(TargetField field, string column, IReadOnlyList<string> header)
    {
        if (column.Length == 0)
        {
            return null;
        }

        var index = Find(header, name => name == column) ?? Find(header, name => name.Equals(column, StringComparison.OrdinalIgnoreCase))
            ?? throw new UsageException($"--map {field.Path}={column}: the file has no such column.\nColumns: {string.Join(", ", header)}");
        return new MappedColumn(field.Path, index, header[index], field.Kind);
    }

    private static MappedColumn? WellKnown(TargetField field, IReadOnlyList<string> header) =>
        field.Columns
            .Select(known => Find(header, name => Letters(name) == Letters(known.Name)) is { } index
                ? new MappedColumn(field.Path, index, header[index], known.Kind)
                : null)
            .FirstOrDefault(column => column is not null);

    private static int? Find(IReadOnlyList<string> header, Predicate<string> matches)
    {
        for (var i = 0; i < header.Count; i++)
        {
            if (matches(header[i]))
            {
                return i;
            }
        }

        return null;
    }

    /// <summary>transaction_id, transactionId and "Transaction ID" are the same name.</summary>
    private static string Letters(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
