using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Tests.Generic;

/// <summary>An event of an account; what the amount says happens.</summary>
/// <param name="AccountNumber">The key, which may be any text.</param>
/// <param name="Amount">Added to the balance.</param>
/// <param name="Id">Its id.</param>
/// <param name="Parts">How many balances it puts out.</param>
/// <param name="Poison">Its rules throw.</param>
/// <param name="Time">When it happened.</param>
internal sealed record Movement(string? AccountNumber, decimal? Amount, string? Id = null, int Parts = 1, bool Poison = false, DateTimeOffset? Time = null);

[GenerateSerializer, Immutable, Alias("OrleansStream.Gateway.Tests.AccountState")]
public sealed record AccountState([property: Id(0)] decimal Balance, [property: Id(1)] int Movements);

[GenerateSerializer, Immutable, Alias("OrleansStream.Gateway.Tests.Balance")]
public sealed record Balance([property: Id(0)] string MovementId, [property: Id(1)] int Part, [property: Id(2)] decimal Amount, [property: Id(3)] DateTimeOffset Time);

/// <summary>What queries show of an account.</summary>
public sealed record AccountView(string AccountNumber, decimal Balance, int Movements);

/// <summary>What queries show of a balance.</summary>
public sealed record BalanceView(string MovementId, int Part, decimal Balance, string Direction, string Position, string Source);

/// <summary>The smallest second processor: nothing in the gateway knows of it.</summary>
internal sealed class AccountProcessor() : StreamProcessor<Movement, AccountState, Balance>(new ProcessorNames
{
    Topic = "movements", Key = "account", Keys = "accounts", KeyField = "accountNumber", Output = "balance", OutputTopic = "balances", OutputId = "movementId",
})
{
    /// <summary>Keys whose state cannot be shown: what the text before the hyphen says is thrown.</summary>
    public const string Unreadable = "unreadable", Gone = "gone", Late = "late", Broken = "broken";

    public override AccountState InitialState => new(0, 0);

    public override IReadOnlyDictionary<string, IReadOnlyList<string>> OutputFilters { get; } =
        new Dictionary<string, IReadOnlyList<string>> { ["direction"] = ["in", "out"], ["movedBy"] = [] };

    public override ProcessorDocumentation Documentation { get; } = new()
    {
        Group = "Accounts", IngestSummary = "Hand in movements", KeyExample = "DE-1", StateType = typeof(AccountView), OutputType = typeof(BalanceView),
        EventExample = """{"id":"m-1","accountNumber":"DE-1","amount":12.5}""",
        StateExample = """{"accountNumber":"DE-1","balance":12.5,"movements":1}""",
        OutputExample = """{"movementId":"m-1","part":0,"balance":12.5,"direction":"in","position":"movements:0:1","source":"/v1/movements"}""",
    };

    public override EventReading<Movement> Read(ReadOnlySpan<byte> json, in ReadingDefaults defaults)
    {
        try
        {
            var read = JsonSerializer.Deserialize(json, AccountJson.Default.Movement)!;
            var (id, time) = (read.Id ?? defaults.Id, read.Time ?? defaults.Time);
            string key = read.AccountNumber ?? defaults.Key ?? "";
            return new EventReading<Movement>(
                read with { Id = id, Time = time }, key, id, time, read.Amount is null ? [new EventError("missing-field", "amount is required.")] : []);
        }
        catch (Exception e) when (e is JsonException or NullReferenceException)
        {
            return new EventReading<Movement>(null, "", defaults.Id, defaults.Time, [new EventError("malformed-json", "The record is no movement.")]);
        }
    }

    public override Applied<AccountState, Balance> Apply(AccountState state, Movement @event)
    {
        if (@event.Poison) throw new InvalidDataException("poison");
        decimal balance = state.Balance + @event.Amount!.Value;
        return new(new(balance, state.Movements + 1), [.. Enumerable.Range(0, @event.Parts).Select(part => new Balance(@event.Id!, part, balance, @event.Time!.Value))]);
    }

    public override string IdOf(Balance output) => output.MovementId;

    // Indented: an event of the stream must not break at its lines.
    public override OutputContent ToContent(Balance output, in OutputOrigin<NoFacts> origin) => new(
        JsonSerializer.SerializeToUtf8Bytes(
            new BalanceView(output.MovementId, output.Part, output.Amount, output.Amount < 0 ? "out" : "in", origin.Position.ToString(), origin.Source),
            AccountJson.Default.BalanceView),
        output.Time)
    {
        Headers = [new("direction", output.Amount < 0 ? "out" : "in"), new("movedBy", output.MovementId)],
    };

    public override byte[] ToJson(AccountState state, in StateOrigin origin) => origin.Key.Split('-')[0] switch
    {
        Unreadable => throw new StateUnreadableException("no"),
        Gone => throw new SiloUnavailableException("no"),
        Late => throw new TimeoutException("no"),
        Broken => throw new InvalidOperationException("/home/secret"),
        _ => JsonSerializer.SerializeToUtf8Bytes(new AccountView(origin.Key, state.Balance, state.Movements), AccountJson.Default.AccountView),
    };
}

[GrainType("account")]
internal sealed class AccountGrain(IGrainContext context) : KeyedStreamGrain<Movement, AccountState, Balance>(context);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(Movement))]
[JsonSerializable(typeof(AccountView))]
[JsonSerializable(typeof(BalanceView))]
internal sealed partial class AccountJson : JsonSerializerContext;
