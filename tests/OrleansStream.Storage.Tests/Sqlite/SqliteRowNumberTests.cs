using OrleansStream.Storage.Commits;
using OrleansStream.Storage.Sqlite;

namespace OrleansStream.Storage.Tests.Sqlite;

/// <summary>A writer finds rows by numbers it remembers, while others delete rows and SQLite gives their numbers away.</summary>
public sealed class SqliteRowNumberTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("orleansstream-numbers-");
    private readonly SqliteRowWriter _one;
    private readonly SqliteRowWriter _two;
    private readonly SqliteRowReader _reader;

    public SqliteRowNumberTests()
    {
        var database = new SqliteDatabase(new SqliteStorageOptions { File = Path.Combine(_directory.FullName, "state.db") });
        database.Migrate();
        (_one, _two, _reader) = (new SqliteRowWriter(database.OpenWriter(), "s"), new SqliteRowWriter(database.OpenWriter(), "s"), new SqliteRowReader(database.Open(), "s"));
    }

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
        _reader.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public void LeavesTheOthersRowAlone_WhenItHasTheNumberNow()
    {
        _one.Write([Row("a", null, 1)]);
        _two.Write([Row("a", 1, 0) with { Change = RowChange.Delete }]);
        _two.Write([Row("b", null, 2)]);

        Assert.Equal([null], _one.Write([Row("a", 1, 3)]));

        Assert.Equal([2], _reader.Row(Row("b", null, 0).Row)!.Payload!);
        Assert.Null(_reader.Row(Row("a", null, 0).Row));
    }

    [Fact]
    public void FindsItsRow_WhenThatHasAnotherNumberNow()
    {
        _one.Write([Row("a", null, 1)]);
        _two.Write([Row("a", 1, 0) with { Change = RowChange.Delete }]);
        _two.Write([Row("b", null, 2)]);
        _two.Write([Row("a", null, 3)]);

        Assert.Equal([2], _one.Write([Row("a", 1, 4)]));

        Assert.Equal([4], _reader.Row(Row("a", null, 0).Row)!.Payload!);
        Assert.Equal([2], _reader.Row(Row("b", null, 0).Row)!.Payload!);
    }

    /// <summary>The answers are in the order of the writes, not of the file.</summary>
    [Fact]
    public void AnswersEachWrite_WhenSomeRowsAreKnownAndSomeAreNot()
    {
        _one.Write([Row("c", null, 1), Row("a", null, 1), Row("d", null, 1)]);
        _two.Write([Row("d", 1, 2)]);

        Assert.Equal([1, null, 2, 2, 3, null], _two.Write([Row("e", null, 1), Row("a", 7, 1), Row("c", 1, 1), Row("a", 1, 1), Row("d", 2, 3), Row("x", 1, 1)]));
    }

    /// <summary>Two keys of the same hash take turns at one number.</summary>
    [Fact]
    public void KeepsRowsApart_WhenTheirHashesAreEqual()
    {
        var a = Row("a", null, 1);
        var b = a with { Row = a.Row with { Text = "b" }, Payload = new byte[] { 2 } };
        Assert.Equal([1, 1], _one.Write([a, b]));
        for (int version = 1; version <= 3; version++)
            Assert.Equal([version + 1, version + 1], _one.Write([a with { ExpectedVersion = version }, b with { ExpectedVersion = version }]));
        Assert.Equal([1], _reader.Row(a.Row)!.Payload!);
        Assert.Equal([2], _reader.Row(b.Row)!.Payload!);
    }

    private static RowWrite Row(string key, int? expected, byte payload) => new(RowIdentity.OfCheckpoint(GrainId.Create("test", key)), RowChange.Write, expected, new[] { payload }, [], []);
}
