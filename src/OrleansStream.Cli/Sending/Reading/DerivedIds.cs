using System.IO.Hashing;

namespace OrleansStream.Cli.Sending.Reading;

/// <summary>
/// Ids for records that bring none: a function of the file and the line, so that a second attempt sends the same
/// ones and the server answers <c>duplicate</c>. Standard input has no hash before it is read; there each line's
/// own content stands in.
/// </summary>
/// <param name="fileHash">Hex, from <see cref="InputFile.HashAsync"/>; null for standard input.</param>
internal sealed class DerivedIds(string? fileHash)
{
    private const int HashLength = 16;

    public string For(long line, ReadOnlySpan<byte> content)
    {
        var hash = fileHash ?? Convert.ToHexStringLower(XxHash128.Hash(content));
        return $"f-{hash.AsSpan(0, HashLength)}-{line}";
    }
}
