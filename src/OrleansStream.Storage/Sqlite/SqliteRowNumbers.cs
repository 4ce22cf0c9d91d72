namespace OrleansStream.Storage.Sqlite;

/// <summary>
/// The numbers that SQLite gave to rows, by the hashes of their identities: with its number a row is found at once and rows are written in the order of the file, so that
/// neighbours share a page. A number may be out of date or another row's of the same hashes; whoever uses it checks the identity. Kept are the numbers
/// used last, <see cref="Most"/> to twice as many, 40 bytes each.
/// </summary>
internal sealed class SqliteRowNumbers
{
    public const int Most = 131_072;

    private Dictionary<long, long> _young = [];
    private Dictionary<long, long> _old = [];

    public long? Find(RowIdentity row)
    {
        long hashes = Hashes(row);
        if (_young.TryGetValue(hashes, out long number)) return number;
        if (!_old.TryGetValue(hashes, out number)) return null;
        Keep(hashes, number);
        return number;
    }

    public void Keep(RowIdentity row, long number) => Keep(Hashes(row), number);

    private void Keep(long hashes, long number)
    {
        if (_young.Count >= Most) (_old, _young) = (_young, []);
        _young[hashes] = number;
    }

    private static long Hashes(RowIdentity row) => ((long)row.TypeHash << 32) | (uint)row.IdHash;
}
