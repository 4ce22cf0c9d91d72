using System.Globalization;
using System.Text.Json;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.PipelineView;

/// <summary>The product with a pipeline that no other test moves.</summary>
public sealed class PipelineGateway : OwnGateway
{
    public async Task<JsonElement> FiguresAsync() => (await Api.GetAsync("/v1/pipeline")).Expect(200).Json;

    /// <summary>The figures once they are as wanted.</summary>
    public async Task<JsonElement> FiguresAsync(string what, Func<JsonElement, bool> wanted)
    {
        for (long started = Environment.TickCount64; ; await Task.Delay(50, TestContext.Current.CancellationToken))
        {
            var figures = await FiguresAsync();
            if (wanted(figures)) return figures;
            Assert.True(Environment.TickCount64 - started < 30_000, string.Create(CultureInfo.InvariantCulture, $"Not so within 30 s: {what}. {figures}"));
        }
    }

    public Task<Reply> PutAsync(string path, string body, string contentType = Api.Json) => SendAsync(HttpMethod.Put, path, body, contentType: contentType);

    public Task<Reply> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);
}
