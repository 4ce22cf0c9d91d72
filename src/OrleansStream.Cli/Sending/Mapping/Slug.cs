using System.IO.Hashing;
using System.Text;

namespace OrleansStream.Cli.Sending.Mapping;

/// <summary>A merchant's name as its id: lower case, what is neither letter nor digit a dash, at most 128 characters.</summary>
internal static class Slug
{
    private const int MaxLength = 128;

    public static string Of(string name)
    {
        var slug = new StringBuilder(name.Length);
        var foreign = false;
        foreach (var c in name)
        {
            foreign |= !char.IsAscii(c);
            if (char.IsAsciiLetterOrDigit(c) || c == '_')
            {
                slug.Append(char.ToLowerInvariant(c));
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        var text = slug.ToString().Trim('-');

        // Names that differ only in what a slug drops must not become one merchant.
        return foreign || text.Length is 0 or > MaxLength ? $"m-{XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(name)):x16}" : text;
    }
}
