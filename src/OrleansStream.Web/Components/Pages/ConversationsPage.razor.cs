using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OrleansStream.Web.Gateway;
using OrleansStream.Web.Live;

namespace OrleansStream.Web.Components.Pages;

/// <summary>A chat, and beside it the context as it is pushed. Who has no chat model registered speaks for both.</summary>
public sealed partial class ConversationsPage
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(900);

    private static readonly (string Role, string Content)[] Example =
    [
        ("system", "You sell cinema tickets."), ("user", "hi, buy 3 movie tickets for tomorrow"), ("assistant", "Sure. What time would you like?"), ("user", "7 pm please"),
        ("assistant", "Sorry, nothing at 7 pm. How about 6:30 pm?"), ("user", "yes, that works"), ("user", "actually make it 5"),
    ];

    private string _id = "", _text = "", _role = "user";
    private string? _highlighted;
    private bool _playing, _hasModel = true;
    private int _changes;
    private ChatContext? _context;
    private ElementReference _bubbles;

    /// <summary>A new one when it is missing.</summary>
    [Parameter] public string? ConversationId { get; set; }

    [Inject] private IJSRuntime JS { get; set; } = null!;

    protected override async Task OnParametersSetAsync()
    {
        if (!RendererInfo.IsInteractive || (_id.Length > 0 && (ConversationId ?? _id) == _id)) return;
        _id = ConversationId ?? $"demo-you-{Guid.CreateVersion7(Clock.GetUtcNow()):N}"[..21];
        (_context, _changes) = (null, 0);
        Refollow(ConversationCalls.Stream(_id), TakeAsync);
        await TryAsync(async () => _context = await Calls.FindAsync(_id, Closed));
    }

    private async Task TakeAsync(GatewayEvent next)
    {
        if (next.Kind == "context") _context = next.Read(GatewayJson.Default.ChatContext);
        else if (next.Kind is "erased" or "expired") _context = null;
        else return;
        _changes++;
        await ScrollAsync();
    }

    private async Task SayAsync()
    {
        string text = _text.Trim();
        if (text.Length == 0) return;
        if (!await TryAsync(() => Calls.SayAsync(_id, _role, text, Closed))) return;
        _text = "";
        // The stream may not have been open yet.
        await TryAsync(async () => _context ??= await Calls.FindAsync(_id, Closed));
        if (_role == "user" && _hasModel) await TryAsync(async () => _hasModel = await Calls.ReplyAsync(_id, Closed));
    }

    private async Task PlayAsync()
    {
        _playing = true;
        await TryAsync(async () =>
        {
            foreach (var (role, content) in Example)
            {
                await Calls.SayAsync(_id, role, content, Closed);
                await Task.Delay(Breath, Clock, Closed);
            }
        });
        _playing = false;
    }

    private async Task EraseAsync()
    {
        if (await TryAsync(() => Calls.EraseAsync(_id, Closed))) Announcer.Say("Erased.");
    }

    private async Task ScrollAsync()
    {
        StateHasChanged();
        await Task.Yield();
        try
        {
            await JS.InvokeVoidAsync("orleansStreamScroll", Closed, _bubbles);
        }
        catch (JSDisconnectedException)
        {
            // The browser went first.
        }
    }
}
