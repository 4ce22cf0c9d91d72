using System.Text.Json.Nodes;
using OrleansStream.Web.Gateway;
using OrleansStream.Web.Live;

namespace OrleansStream.Web.Components.Pages;

/// <summary>The rules in force as a form; what is changed is tried, or put in force, as a whole.</summary>
public sealed partial class RulesPage
{
    private static readonly TimeSpan ShadowPause = TimeSpan.FromSeconds(2);
    private JsonObject? _document;
    private string _tag = "*", _note = "";
    private bool _changed;
    private IReadOnlyList<RulesetVersion> _versions = [];
    private IReadOnlyList<ProblemPart> _problems = [];
    private RulesShadow? _shadow;
    private JobItem? _job;
    private LivePage? _page;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        Follow("/v1/jobs/stream", TakeJobsAsync);
        // What a shadow has decided otherwise changes with decisions, and is asked for when there are any.
        _page = Feed.Open(withPast: false);
        Watch(_page, async () => _shadow = await Calls.ShadowAsync(Closed), ShadowPause);
        await TryAsync(LoadAsync);
        StateHasChanged();
    }

    public override async ValueTask DisposeAsync()
    {
        _page?.Dispose();
        await base.DisposeAsync();
    }

    private async Task LoadAsync()
    {
        (_document, _tag) = await Calls.RulesAsync(Closed);
        _versions = (await Calls.VersionsAsync(Closed)).Items;
        _shadow = await Calls.ShadowAsync(Closed);
        (_problems, _changed) = ([], false);
    }

    private Task ActivateAsync() => SendAsync(async rules =>
    {
        await Calls.ActivateAsync(rules, _tag, _note, Closed);
        await LoadAsync();
        _note = "";
        Announcer.Say($"Version {_document?["version"]} is in force.");
    });

    private Task StartShadowAsync() => SendAsync(async rules =>
    {
        await Calls.StartShadowAsync(rules, Closed);
        _shadow = await Calls.ShadowAsync(Closed);
        Announcer.Say("The shadow decides.");
    });

    private async Task EndShadowAsync() => await TryAsync(async () =>
    {
        await Calls.EndShadowAsync(Closed);
        _shadow = null;
    });

    private Task BacktestAsync() => SendAsync(async rules => _job = await Calls.BacktestAsync(rules, Closed));

    private async Task CancelAsync() => await TryAsync(() => Jobs.CancelAsync(_job!.Id, Closed));

    private async Task TakeJobsAsync(GatewayEvent next)
    {
        var now = next.Read(GatewayJson.Default.JobList).Items.FirstOrDefault(j => j.Id == _job?.Id);
        if (now is null) return;
        // The list has no results.
        _job = now.IsFinished ? await Jobs.FindAsync(now.Id, Closed) : now;
        if (now.IsFinished) Announcer.Say($"The backtest is {now.Status}.");
    }

    /// <summary>Sends what the form holds; what is wrong with it is shown where it is.</summary>
    private async Task SendAsync(Func<JsonObject, Task> send) => await TryAsync(async () =>
    {
        var rules = _document!.DeepClone().AsObject();
        rules.Remove("version");
        try
        {
            await send(rules);
            _problems = [];
        }
        catch (GatewayException e)
        {
            _problems = e.Errors;
            throw;
        }
    });
}
