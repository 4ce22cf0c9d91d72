using System.Text.Json;
using OrleansStream.Streams.Processing;

namespace PackageSample;

public sealed record Movement(string AccountId, decimal Amount, string? Id);

[GenerateSerializer, Immutable, Alias("Sample.Balance")]
public sealed record Balance([property: Id(0)] decimal Amount);

[GenerateSerializer, Immutable, Alias("Sample.Booking")]
public sealed record Booking([property: Id(0)] string MovementId, [property: Id(1)] decimal Balance);

public sealed class AccountProcessor() : StreamProcessor<Movement, Balance, Booking>(new ProcessorNames
{
    Topic = "movements", Key = "account", Keys = "accounts", KeyField = "accountId", Output = "booking", OutputTopic = "bookings",
})
{
    public override Balance InitialState => new(0);

    public override EventReading<Movement> Read(ReadOnlySpan<byte> json, in ReadingDefaults defaults)
    {
        Movement? read = null;
        try
        {
            read = JsonSerializer.Deserialize<Movement>(json, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
        }
        if (read is not { AccountId.Length: > 0 })
            return new(null, "", defaults.Id, defaults.Time, [new EventError("invalid-movement", "A movement has an accountId and an amount.")]);
        string id = read.Id ?? defaults.Id;
        return new(read with { Id = id }, read.AccountId, id, defaults.Time, []);
    }

    public override Applied<Balance, Booking> Apply(Balance state, Movement movement)
    {
        var next = new Balance(state.Amount + movement.Amount);
        return new(next, [new Booking(movement.Id!, next.Amount)]);
    }

    public override string IdOf(Booking output) => output.MovementId;

    public override OutputContent ToContent(Booking output, in OutputOrigin<NoFacts> origin) =>
        new(JsonSerializer.SerializeToUtf8Bytes(output, JsonSerializerOptions.Web), origin.ReceivedAt);

    public override byte[] ToJson(Balance state, in StateOrigin origin) => JsonSerializer.SerializeToUtf8Bytes(state, JsonSerializerOptions.Web);
}

[GrainType("account")]
public sealed class AccountGrain(IGrainContext context) : KeyedStreamGrain<Movement, Balance, Booking>(context);
