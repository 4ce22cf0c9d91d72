using Orleans.Storage;

namespace OrleansStream.Storage.Tests.GrainStates;

/// <summary>What a grain storage promises. Orleans' own provider passes it as well: that is what makes ours take its place.</summary>
public abstract class GrainStorageContract(Database database) : IAsyncLifetime
{
    private const string Name = "note";
    private static readonly GrainId A = GrainId.Create("test", "k-a");

    protected StatePlace Place { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Place = await StatePlace.CreateAsync(database);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Place is null ? ValueTask.CompletedTask : Place.DisposeAsync();
    }

    protected abstract Task<IGrainStorage> OpenAsync(bool deleteOnClear = false);

    public static TheoryData<string, string> Keys => Grains.Keys;

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task ReadsWhatWasWritten_WhateverTheKey(string kind, string key)
    {
        var storage = await OpenAsync();
        var grain = Grains.Of(key);
        var state = New();
        await storage.ReadStateAsync(Name, grain, state);
        Assert.Equal(("", null, false), Of(state));
        for (int version = 1; version <= 3; version++)
        {
            state.State!.Text = $"{kind} {version}";
            await storage.WriteStateAsync(Name, grain, state);
            Assert.Equal(($"{kind} {version}", $"{version}", true), Of(state));
            Assert.Equal(Of(state), await ReadAsync(storage, grain));
        }
    }

    [Fact]
    public async Task KeepsStatesApart_WhenKeyOrNameDiffers()
    {
        var storage = await OpenAsync();
        var places = Keys.Select(row => (Grain: Grains.Of(row.Data.Item2), State: Name)).Append((Grain: A, State: Name)).Append((Grain: A, State: "other")).ToList();
        for (int i = 0; i < places.Count; i++) await storage.WriteStateAsync(places[i].State, places[i].Grain, New($"{i}"));
        for (int i = 0; i < places.Count; i++)
        {
            var read = New();
            await storage.ReadStateAsync(places[i].State, places[i].Grain, read);
            Assert.Equal(($"{i}", "1", true), Of(read));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("1")]
    [InlineData("3")]
    public async Task Refuses_WhenTheVersionIsAnother(string? etag)
    {
        var storage = await OpenAsync();
        var state = New("first");
        await storage.WriteStateAsync(Name, A, state);
        await storage.WriteStateAsync(Name, A, state);
        var stale = New("stale", etag);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync(Name, A, stale));
        Assert.Equal(("stale", etag, false), Of(stale));
        if (etag is not null) await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync(Name, A, stale));
        Assert.Equal(("first", "2", true), await ReadAsync(storage, A));
    }

    [Fact]
    public async Task Refuses_WhenAVersionIsExpectedAndThereIsNoRow()
    {
        var storage = await OpenAsync();
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync(Name, A, New("x", "1")));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync(Name, A, New("x", "1")));
        Assert.Equal(("", null, false), await ReadAsync(storage, A));
    }

    [Fact]
    public async Task CountsOn_WhenAStateIsClearedAndWrittenAgain()
    {
        var storage = await OpenAsync();
        var state = New("first");
        await storage.WriteStateAsync(Name, A, state);
        await storage.ClearStateAsync(Name, A, state);
        Assert.Equal(("", "2", false), Of(state));
        Assert.Equal(("", "2", false), await ReadAsync(storage, A));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync(Name, A, New("stale")));
        state.State!.Text = "second";
        await storage.WriteStateAsync(Name, A, state);
        Assert.Equal(("second", "3", true), await ReadAsync(storage, A));
    }

    [Fact]
    public async Task StartsAnew_WhenAClearedStateIsDeleted()
    {
        var storage = await OpenAsync(deleteOnClear: true);
        var state = New("first");
        await storage.WriteStateAsync(Name, A, state);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync(Name, A, New("stale", "5")));
        await storage.ClearStateAsync(Name, A, state);
        Assert.Equal(("", null, false), Of(state));
        Assert.Equal(("", null, false), await ReadAsync(storage, A));
        state.State!.Text = "second";
        await storage.WriteStateAsync(Name, A, state);
        Assert.Equal(("second", "1", true), await ReadAsync(storage, A));
    }

    [Fact]
    public async Task LeavesIt_WhenAStateThatDoesNotExistIsCleared()
    {
        var storage = await OpenAsync();
        var state = New("unwritten");
        await storage.ClearStateAsync(Name, A, state);
        Assert.Equal(("", null, false), Of(state));
        Assert.Equal(("", null, false), await ReadAsync(storage, A));
    }

    [Fact]
    public async Task ReadsFirst_WhenAStateIsClearedThatWasNeverRead()
    {
        var storage = await OpenAsync();
        await storage.WriteStateAsync(Name, A, New("first"));
        var unread = New();
        await storage.ClearStateAsync(Name, A, unread);
        Assert.Equal(("", "2", false), Of(unread));
        Assert.Equal(("", "2", false), await ReadAsync(storage, A));
    }

    [Fact]
    public async Task FindsIt_WhenTheNameIsAGenericTypeOfANewerAssembly()
    {
        var storage = await OpenAsync();
        await storage.WriteStateAsync("N.Box`1[[N.Item, Items, Version=1.0.0.0, Culture=neutral, PublicKeyToken=null]], Boxes, Version=1.0.0.0", A, New("boxed"));
        var read = New();
        await storage.ReadStateAsync("N.Box`1[[N.Item, Items, Version=2.0.0.0, Culture=neutral, PublicKeyToken=null]], Boxes, Version=9.0.0.0", A, read);
        Assert.Equal(("boxed", "1", true), Of(read));
    }

    internal static GrainState<Note> New(string text = "", string? etag = null) => new(new Note { Text = text }) { ETag = etag };

    internal static (string Text, string? ETag, bool Exists) Of(GrainState<Note> state) => (state.State!.Text, state.ETag, state.RecordExists);

    internal static async Task<(string Text, string? ETag, bool Exists)> ReadAsync(IGrainStorage storage, GrainId grain)
    {
        var state = New("unread");
        await storage.ReadStateAsync(Name, grain, state);
        return Of(state);
    }
}

public sealed class SqliteGroupCommitTests() : GrainStorageContract(Database.Sqlite)
{
    protected override async Task<IGrainStorage> OpenAsync(bool deleteOnClear = false) => await Place.OpenGroupCommitAsync(o => o.DeleteStateOnClear = deleteOnClear);
}

public sealed class PostgresGroupCommitTests() : GrainStorageContract(Database.Postgres)
{
    protected override async Task<IGrainStorage> OpenAsync(bool deleteOnClear = false) => await Place.OpenGroupCommitAsync(o => o.DeleteStateOnClear = deleteOnClear);
}

public sealed class SqliteStockTests() : GrainStorageContract(Database.Sqlite)
{
    protected override async Task<IGrainStorage> OpenAsync(bool deleteOnClear = false)
    {
        await Place.OpenGroupCommitAsync();
        return await Place.OpenStockAsync(deleteOnClear);
    }
}

public sealed class PostgresStockTests() : GrainStorageContract(Database.Postgres)
{
    protected override async Task<IGrainStorage> OpenAsync(bool deleteOnClear = false)
    {
        await Place.OpenGroupCommitAsync();
        return await Place.OpenStockAsync(deleteOnClear);
    }
}
