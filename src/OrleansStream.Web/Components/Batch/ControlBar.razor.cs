using System.Globalization;
using Microsoft.AspNetCore.Components;
using OrleansStream.Web.Gateway;
using OrleansStream.Web.Live;

namespace OrleansStream.Web.Components.Batch;

/// <summary>Start and pause, how fast events come, and how often the batch runs.</summary>
public sealed partial class ControlBar
{
    /// <summary>Events per second at the slider's left end; each hundred on it are ten times as many, and a step is a tenth more.</summary>
    private const double SlowestRate = 0.5;

    private const double FastestRate = 5_000;

    private double _rate = 1.7;
    private double _interval = 5;
    private double? _knownInterval;
    private string _error = "";

    [Parameter, EditorRequired] public FeedState State { get; set; } = FeedState.Start;

    private bool Running => Demo.State is { Running: true };

    protected override void OnInitialized()
    {
        Demo.Changed += OnDemoChanged;
        if (Demo.State is { } demo) _rate = demo.RatePerSecond;
    }

    protected override void OnParametersSet()
    {
        // A slider in somebody's hand is not moved: only what was set elsewhere moves it.
        if (State.Figures?.Batch.IntervalSeconds is not { } seconds || seconds == _knownInterval) return;
        _knownInterval = _interval = seconds;
    }

    public void Dispose() => Demo.Changed -= OnDemoChanged;

    private void OnDemoChanged() => InvokeAsync(() =>
    {
        if (Demo.State is { } demo) _rate = demo.RatePerSecond;
        StateHasChanged();
    });

    private Task ToggleAsync() => TryAsync(() => Running ? Demo.StopAsync(CancellationToken.None) : Demo.StartAsync(_rate, CancellationToken.None));

    private Task SetRateAsync(ChangeEventArgs change)
    {
        _rate = FromStep(change.Value);
        return TryAsync(() => Demo.StartAsync(_rate, CancellationToken.None));
    }

    private Task SetIntervalAsync(ChangeEventArgs change)
    {
        _interval = double.Parse((string)change.Value!, CultureInfo.InvariantCulture);
        return TryAsync(() => Calls.SetBatchIntervalAsync(_interval, CancellationToken.None));
    }

    private async Task TryAsync(Func<Task> action)
    {
        try
        {
            await action();
            _error = "";
        }
        catch (GatewayException e)
        {
            _error = e.Message;
            Announcer.Say(e.Message);
        }
    }

    private static double FromStep(object? step)
    {
        double rate = Math.Min(FastestRate, SlowestRate * Math.Pow(10, double.Parse((string)step!, CultureInfo.InvariantCulture) / 100));
        return rate < 10 ? Math.Round(rate, 1) : Math.Round(rate / Magnitude(rate)) * Magnitude(rate);
    }

    /// <summary>Two significant digits.</summary>
    private static double Magnitude(double rate) => Math.Pow(10, Math.Floor(Math.Log10(rate)) - 1);

    private static int ToStep(double rate) => (int)Math.Round(100 * Math.Log10(Math.Max(rate, SlowestRate) / SlowestRate));

    private static string RateText(double rate) => rate < 10 ? rate.ToString("0.#", CultureInfo.InvariantCulture) : rate.ToString("N0", CultureInfo.InvariantCulture);
}
