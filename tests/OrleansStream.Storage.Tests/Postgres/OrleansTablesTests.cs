using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Messaging;
using OrleansStream.Storage.Postgres;

namespace OrleansStream.Storage.Tests.Postgres;

/// <summary>Orleans' own clustering and reminders on our schema.</summary>
public sealed class OrleansTablesTests : IAsyncLifetime
{
    private IHost _silo = null!;
    private IHost _client = null!;

    public async ValueTask InitializeAsync()
    {
        string database = await PostgresPlace.CreateDatabaseAsync();
        await using (var store = new PostgresCheckpointStore(Options.Create(new PostgresStorageOptions { ConnectionString = database, ServiceId = "s" }))) await store.MigrateAsync();
        // Not started: only its tables are used.
        _silo = new HostBuilder().UseOrleans(silo => silo
            .Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = ("c", "s"))
            .UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = ("Npgsql", database))
            .UseAdoNetReminderService(o => (o.Invariant, o.ConnectionString) = ("Npgsql", database))).Build();
        _client = new HostBuilder().UseOrleansClient(client => client
            .Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = ("c", "s"))
            .UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = ("Npgsql", database))).Build();
    }

    public ValueTask DisposeAsync()
    {
        _silo?.Dispose();
        _client?.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task RefusesAChange_WhenTheClustersVersionIsAnother()
    {
        var table = await MembershipAsync();
        var empty = await table.ReadAllAsync(Stop);
        Assert.Equal((0, 0), (empty.Version.Version, empty.Members.Count));
        var one = Entry(1);
        Assert.True(await table.InsertRowAsync(one, empty.Version.Next(), Stop));
        Assert.False(await table.InsertRowAsync(Entry(2), empty.Version.Next(), Stop));
        var now = (await table.ReadAllAsync(Stop)).Version;
        Assert.Equal(1, now.Version);
        Assert.False(await table.InsertRowAsync(one, now.Next(), Stop));
        Assert.Equal(1, (await table.ReadAllAsync(Stop)).Version.Version);
        Assert.False(await table.UpdateRowAsync(Entry(2), now.VersionEtag, now.Next(), Stop));

        one.Status = SiloStatus.Active;
        one.AddSuspector(Entry(9).SiloAddress, one.StartTime);
        Assert.False(await table.UpdateRowAsync(one, empty.Version.VersionEtag, empty.Version.Next(), Stop));
        Assert.True(await table.UpdateRowAsync(one, now.VersionEtag, now.Next(), Stop));
        var row = await table.ReadRowAsync(one.SiloAddress, Stop);
        var (stored, _) = Assert.Single(row.Members);
        Assert.Equal((2, SiloStatus.Active, one.SiloName, one.HostName, one.ProxyPort), (row.Version.Version, stored.Status, stored.SiloName, stored.HostName, stored.ProxyPort));
        Assert.Equal(Entry(9).SiloAddress, Assert.Single(stored.SuspectTimes!).Item1);
        Assert.Equal((2, 0), (await table.ReadRowAsync(Entry(7).SiloAddress, Stop)) is { } none ? (none.Version.Version, none.Members.Count) : default);
    }

    [Fact]
    public async Task LetsOneIn_WhenManySilosJoinAtTheSameVersion()
    {
        var table = await MembershipAsync();
        for (int round = 0; round < 5; round++)
        {
            var next = (await table.ReadAllAsync(Stop)).Version.Next();
            int first = 10 * round;
            bool[] joined = await Task.WhenAll(Enumerable.Range(first, 10).Select(i => Task.Run(() => table.InsertRowAsync(Entry(i), next, Stop))));
            Assert.Single(joined, true);
            var all = await table.ReadAllAsync(Stop);
            Assert.Equal((round + 1, round + 1), (all.Version.Version, all.Members.Count));
        }
    }

    [Fact]
    public async Task ListsGatewaysOfActiveSilos_AndForgetsTheDefunct()
    {
        var table = await MembershipAsync();
        foreach (var (silo, status) in new[] { (1, SiloStatus.Active), (2, SiloStatus.Dead), (3, SiloStatus.Joining), (4, SiloStatus.Active) })
        {
            var entry = Entry(silo);
            entry.Status = status;
            Assert.True(await table.InsertRowAsync(entry, (await table.ReadAllAsync(Stop)).Version.Next(), Stop));
        }
        var gateways = _client.Services.GetRequiredService<IGatewayListProvider>();
        await gateways.InitializeGatewayListProvider();
        Assert.Equal([31001, 31004], (await gateways.GetGateways()).Select(uri => uri.Port).Order());

        var alive = Entry(3);
        alive.IAmAliveTime = alive.StartTime.AddHours(2);
        await table.UpdateIAmAliveAsync(alive, Stop);
        await table.CleanupDefunctSiloEntriesAsync(alive.StartTime.AddHours(1), Stop);
        Assert.Equal([11001, 11003, 11004], (await table.ReadAllAsync(Stop)).Members.Select(m => m.Item1.SiloAddress.Endpoint.Port).Order());
        await table.DeleteMembershipTableEntriesAsync("c", Stop);
        Assert.Equal((0, 0), (await (await MembershipAsync()).ReadAllAsync(Stop)) is { } anew ? (anew.Version.Version, anew.Members.Count) : default);
    }

    [Fact]
    public async Task CountsTheVersion_WhenAReminderIsWrittenAndRemoved()
    {
        var table = await RemindersAsync();
        var grain = GrainId.Create("card", "k");
        var reminder = Reminder(grain, "r", TimeSpan.FromMinutes(5));
        Assert.Equal("0", await table.UpsertRow(reminder));
        reminder.Period = TimeSpan.FromMinutes(7);
        Assert.Equal("1", await table.UpsertRow(reminder));
        var read = (await table.ReadRow(grain, "r"))!;
        Assert.Equal((grain, "r", TimeSpan.FromMinutes(7), reminder.StartAt, "1"), (read.GrainId, read.ReminderName, read.Period, read.StartAt, read.ETag));
        Assert.Null(await table.ReadRow(grain, "none"));
        Assert.False(await table.RemoveRow(grain, "r", "0"));
        Assert.True(await table.RemoveRow(grain, "r", "1"));
        Assert.Empty((await table.ReadRows(grain)).Reminders);
    }

    [Fact]
    public async Task GivesTheRemindersOfARange_AlsoOverTheRingsSeam()
    {
        var table = await RemindersAsync();
        var grains = Enumerable.Range(0, 50).Select(i => GrainId.Create("card", $"k{i}")).ToList();
        foreach (var grain in grains) await table.UpsertRow(Reminder(grain, "r", TimeSpan.FromHours(1)));
        foreach (var (begin, end) in new (uint, uint)[] { (0, 0x4000_0000), (0x4000_0000, 0xC000_0000), (0xC000_0000, 0x1000_0000), (0x9000_0000, 0x8000_0000), (5, 5) })
        {
            bool InRange(uint hash) => (int)begin < (int)end ? (int)hash > (int)begin && (int)hash <= (int)end : (int)hash > (int)begin || (int)hash <= (int)end;
            var expected = grains.Where(g => InRange(g.GetUniformHashCode())).Select(g => g.ToString()).Order();
            Assert.Equal(expected, (await table.ReadRows(begin, end)).Reminders.Select(r => r.GrainId.ToString()).Order());
        }
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private async Task<IMembershipTable> MembershipAsync()
    {
        var table = _silo.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(true, Stop);
        await table.InitializeMembershipTableAsync(true, Stop);
        return table;
    }

    private async Task<IReminderTable> RemindersAsync()
    {
        var table = _silo.Services.GetRequiredService<IReminderTable>();
        await table.StartAsync();
        return table;
    }

    private static ReminderEntry Reminder(GrainId grain, string name, TimeSpan period) =>
        new() { GrainId = grain, ReminderName = name, StartAt = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), Period = period };

    private static MembershipEntry Entry(int silo) => new()
    {
        SiloAddress = SiloAddress.New(IPAddress.Loopback, 11_000 + silo, 7), SiloName = $"silo-{silo}", HostName = "host", ProxyPort = 31_000 + silo, Status = SiloStatus.Joining,
        StartTime = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), IAmAliveTime = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc),
    };
}
