using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansStream.Local;
using OrleansStream.Testing;

namespace OrleansStream.Extending.Tests;

/// <summary>A program that brings a chat client has replies: over HTTP, in this process, with a client that notes what it is prompted with.</summary>
public sealed class ReplyTests : IAsyncLifetime
{
    private readonly ScratchDirectory _data = new();
    private readonly NotedChatClient _client = new();
    private readonly HttpClient _http = new() { BaseAddress = FreePorts.Url(0), Timeout = TimeSpan.FromSeconds(30) };
    private readonly TaskCompletionSource<IHostApplicationLifetime> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<int> _program = Task.FromResult(0);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // The pages find their assets by the name of a program.
        string[] args = ["--applicationName", "Sensors", "--urls", _http.BaseAddress!.ToString(), "--data", _data.Path, "--OrleansStream:Otlp:GrpcPort=0", "--OrleansStream:Otlp:HttpPort=0"];
        _program = LocalProgram.RunAsync(args, Add);
        await Task.WhenAny(_program, _started.Task);
        if (_program.IsCompleted) Assert.Fail($"The program has ended: {await _program}");
        // It is ready once events are accepted, a moment after it has started.
        while (!(await _http.GetAsync(new Uri("/health/ready", UriKind.Relative), Stop)).IsSuccessStatusCode) await Task.Delay(50, Stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (_started.Task.IsCompletedSuccessfully) (await _started.Task).StopApplication();
        Assert.Equal(0, await _program);
        _http.Dispose();
        _client.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task PromptsWithTheContext_AndSaysTheAnswerInTheConversation()
    {
        await SayAsync("system", "You sell cinema tickets.");
        await SayAsync("user", "hi, buy 3 movie tickets for tomorrow");
        _client.Answer = "Three tickets. At what time?";

        using var reply = await _http.PostAsJsonAsync("/v1/conversations/c-1/reply", new { }, Stop);
        Assert.Equal(200, (int)reply.StatusCode);
        string position = (await reply.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("position").GetString()!;

        Assert.Equal(["You sell cinema tickets.", "hi, buy 3 movie tickets for tomorrow"], _client.Prompt.Select(m => m.Text).Where(t => !t.StartsWith("Known", StringComparison.Ordinal)));
        Assert.Contains(_client.Prompt, m => m.Text.Contains("numTickets = 3", StringComparison.Ordinal));
        using var ask = new HttpRequestMessage(HttpMethod.Get, "/v1/conversations/c-1/context") { Headers = { { "Min-Position", position } } };
        using var context = await _http.SendAsync(ask, Stop);
        var last = (await context.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("messages").EnumerateArray().Last();
        Assert.Equal(("assistant", "Three tickets. At what time?"), (last.GetProperty("role").GetString(), last.GetProperty("content").GetString()));
    }

    [Fact]
    public async Task SaysSo_WhenTheClientDoesNotAnswer_AndNothingIsAdded()
    {
        await SayAsync("user", "hello");
        using var reply = await _http.PostAsJsonAsync("/v1/conversations/c-1/reply", new { }, Stop);
        Assert.Equal((504, "chat-client-failed"), ((int)reply.StatusCode, (await reply.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString()));
        var context = await _http.GetFromJsonAsync<JsonElement>("/v1/conversations/c-1/context", Stop);
        Assert.Equal(1, context.GetProperty("messages").GetArrayLength());
    }

    /// <summary>Returns when it is in the context.</summary>
    private async Task SayAsync(string role, string content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/conversations/c-1/messages") { Content = JsonContent.Create(new { role, content }), Headers = { { "Prefer", "wait=20" } } };
        using var said = await _http.SendAsync(request, Stop);
        Assert.Equal(200, (int)said.StatusCode);
    }

    private void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IChatClient>(_client);
        builder.Services.AddSingleton<IHostedService>(services => new Started(services.GetRequiredService<IHostApplicationLifetime>(), _started));
    }

    private sealed class Started(IHostApplicationLifetime lifetime, TaskCompletionSource<IHostApplicationLifetime> started) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken)
        {
            lifetime.ApplicationStarted.Register(() => started.TrySetResult(lifetime));
            return Task.CompletedTask;
        }
    }

    private sealed class NotedChatClient : IChatClient
    {
        /// <summary>Null for a client that fails.</summary>
        public string? Answer { get; set; }

        public IReadOnlyList<ChatMessage> Prompt { get; private set; } = [];

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Prompt = [.. messages];
            return Answer is null ? throw new HttpRequestException("No model.") : Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, Answer)));
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
