namespace OrleansStream.Cli.Sending.Mapping;

/// <summary>One <c>--map field=column</c>.</summary>
internal sealed record FieldMap(string Field, string Column)
{
    /// <exception cref="UsageException">Not of that form, or not a field there is.</exception>
    public static FieldMap Parse(string map, IReadOnlyList<TargetField> fields)
    {
        var equals = map.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            throw new UsageException($"--map {map}: write it as field=column, or field= to leave the field out.");
        }

        var field = fields.FirstOrDefault(field => field.Path.Equals(map[..equals], StringComparison.OrdinalIgnoreCase))
            ?? throw new UsageException(
                $"--map {map}: there is no field '{map[..equals]}'.\nFields: {string.Join(", ", fields.Select(field => field.Path))}");
        return new FieldMap(field.Path, map[(equals + 1)..]);
    }
}
