using System.Net.Http.Json;
using System.Text.Json;
using OrleansStream.Testing;
using Sensors;

namespace OrleansStream.Extending.Tests;

/// <summary>The page's program as a process, and what its curls say.</summary>
public sealed class SensorProgramTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnswersAsThePageSays()
    {
        using var data = new ScratchDirectory();
        await using var program = await LocalProcess.StartProgramAsync("tests/Sensors", data.Path);
        string last = "";
        foreach (double value in (double[])[20.1, 19.9, 20, 20.2, 19.8])
        {
            using var accepted = await program.Http.PostAsJsonAsync("/v1/readings", new Reading("s-1", value), Stop);
            Assert.Equal(202, (int)accepted.StatusCode);
            last = (await accepted.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("position").GetString()!;
        }
        using var hot = new HttpRequestMessage(HttpMethod.Post, "/v1/readings") { Content = JsonContent.Create(new { id = "hot", sensorId = "s-1", value = 35 }), Headers = { { "Prefer", "wait=20" } } };
        using var spike = await program.Http.SendAsync(hot, Stop);
        Assert.Equal(200, (int)spike.StatusCode);
        Assert.Equal("hot", (await spike.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("readingId").GetString());

        using var ask = new HttpRequestMessage(HttpMethod.Get, "/v1/sensors/s-1") { Headers = { { "Min-Position", last } } };
        using var sensor = await program.Http.SendAsync(ask, Stop);
        Assert.Equal(6, (await sensor.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("count").GetInt32());
        Assert.Equal(1, (await program.Http.GetFromJsonAsync<JsonElement>("/v1/sensors/s-1/spikes", Stop)).GetProperty("items").GetArrayLength());
        using var bad = await program.Http.PostAsJsonAsync("/v1/readings", new { value = 1 }, Stop);
        Assert.Equal(422, (int)bad.StatusCode);
    }
}
