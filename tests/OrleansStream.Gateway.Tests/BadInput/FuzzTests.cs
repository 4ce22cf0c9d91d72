using System.Text;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.BadInput;

/// <summary>Seeded noise: the client checks that no answer is a 5xx and that each error is a problem document.</summary>
public sealed class FuzzTests(LocalGateway gateway)
{
    private const int Inputs = 1500;
    private const string Alphabet = "{}[]\",:0123456789.eE+-\\ntfalsruN \n\0cardIdamount/*'é";
    private static readonly string[] ContentTypes = [Api.Json, Api.Ndjson];
    private static readonly string?[] Encodings = [null, null, null, "gzip", "br"];
    private readonly Api _api = gateway.Api;

    [Fact]
    public Task AnswersWithoutServerError_WhenBodiesAreRandomBytes() => FloodAsync(seed: 1, random =>
    {
        byte[] body = new byte[random.Next(0, 300)];
        random.NextBytes(body);
        return body;
    });

    [Fact]
    public Task AnswersWithoutServerError_WhenBodiesLookLikeJson() => FloodAsync(seed: 2, random =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(1, 200)).Select(_ => Alphabet[random.Next(Alphabet.Length)]))));

    [Fact]
    public Task AnswersWithoutServerError_WhenBytesOfGoodBodiesAreChanged() => FloodAsync(seed: 3, random =>
    {
        byte[] body = Encoding.UTF8.GetBytes(Given.Array(Given.Transaction("fuzz", more: ",\"location\":{\"lat\":1,\"lon\":2}"), Given.Transaction("fuzz")));
        for (int flips = random.Next(1, 6); flips > 0; flips--) body[random.Next(body.Length)] = (byte)random.Next(256);
        return body[..random.Next(body.Length / 2, body.Length)];
    });

    private async Task FloodAsync(int seed, Func<Random, byte[]> make)
    {
        var random = new Random(seed);
        var inputs = Enumerable.Range(0, Inputs)
            .Select(_ => (Body: make(random), Type: ContentTypes[random.Next(ContentTypes.Length)], Encoding: Encodings[random.Next(Encodings.Length)]))
            .ToList();
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForEachAsync(inputs, atOnce, async (input, _) =>
        {
            var reply = await _api.PostAsync(input.Body, input.Type, prefer: null, input.Encoding);
            Assert.True(
                reply.Status is 200 or 202 or 207 or 400 or 413 or 415 or 422, $"{reply.Status} for {Convert.ToBase64String(input.Body)}: {reply.Text}");
        });
        await _api.DecideAsync(Given.Transaction());
    }
}
