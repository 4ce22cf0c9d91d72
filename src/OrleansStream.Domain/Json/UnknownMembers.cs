using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrleansStream.Domain.Json;

/// <summary>Finds the members of a document that its type does not have: all of them, each with its path.</summary>
internal static class UnknownMembers
{
    public const string Code = "unknown-member";
    private const int Most = 20;

    /// <param name="document">The document.</param>
    /// <param name="type">What it is read as.</param>
    public static ImmutableArray<FieldError> In(JsonElement document, JsonTypeInfo type)
    {
        var errors = ImmutableArray.CreateBuilder<FieldError>();
        Look(document, type, "", errors);
        return errors.ToImmutable();
    }

    private static void Look(JsonElement element, JsonTypeInfo type, string path, ImmutableArray<FieldError>.Builder errors)
    {
        if (type.Kind == JsonTypeInfoKind.Object && element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
            {
                var here = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
                var known = type.Properties.FirstOrDefault(p => p.Name == member.Name && p.Set is not null);
                if (known is not null)
                    Look(member.Value, type.Options.GetTypeInfo(known.PropertyType), here, errors);
                else if (errors.Count < Most)
                    errors.Add(new FieldError(Code, here, $"{here} is no member of a rule set{Meant(member.Name, type)}."));
            }
        }
        else if (type.Kind == JsonTypeInfoKind.Enumerable && element.ValueKind == JsonValueKind.Array)
        {
            var (item, index) = (type.Options.GetTypeInfo(type.ElementType!), 0);
            foreach (var each in element.EnumerateArray())
                Look(each, item, string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]"), errors);
        }
    }

    /// <summary>The same name in another case is what is mistaken most.</summary>
    private static string Meant(string name, JsonTypeInfo type) =>
        type.Properties.FirstOrDefault(p => p.Set is not null && p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } near ? $"; {near.Name} is" : "";
}
