namespace OrleansStream.Domain.Fraud;

/// <summary>
/// What is known over all cards: how amounts and hours are spread per category, where and with which devices frauds were confirmed. Fed by transactions and by
/// labels as they come, in any order; asked for the facts of a decision. Bounded; not safe for use by several threads at once.
/// </summary>
/// <remarks>
/// A category's estimates start from those of all categories, and these from a weak prior: a fraud is larger than usual more often than not. So the first
/// label helps a little everywhere, and the hundredth a lot where it belongs.
/// </remarks>
public sealed partial class FraudPopulation
{
    private const int MaxCategories = 1_000;
    private const int MaxMerchants = 200_000;
    private const int MaxDevices = 200_000;
    private readonly Dictionary<string, CategoryRisk> _categories = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, RiskWindow> _merchants = [];
    private readonly Dictionary<string, RiskWindow> _terminals = [];
    private readonly Dictionary<string, DeviceUse> _devices = [];
    private CategoryRisk _all = new();
    private double _sum;
    private double _sumOfSquares;

    /// <summary>A transaction was made, by anybody.</summary>
    public void See(in Purchase purchase)
    {
        var weight = ForwardDecay.Weight(purchase.Time);
        var log = Math.Log(1 + purchase.Amount);
        _sum += weight * log;
        _sumOfSquares += weight * log * log;
        _all.See(purchase.Amount, purchase.Time.Hour, weight);
        Category(purchase.Category)?.See(purchase.Amount, purchase.Time.Hour, weight);
        if (purchase.MerchantId is { } merchant)
        {
            At(_merchants, merchant).See(purchase.Time);
            if (purchase.TerminalId is { } terminal)
                At(_terminals, TerminalKey(merchant, terminal)).See(purchase.Time);
        }

        if (purchase.DeviceId is { } device)
            Device(device).See(purchase.CardHash, purchase.Time);
    }

    /// <summary>A transaction was confirmed as fraud; with −1 it turned out to be none.</summary>
    public void Confirm(in Purchase purchase, int count = 1)
    {
        var weight = count * ForwardDecay.Weight(purchase.Time);
        _all.Confirm(purchase.Amount, purchase.Time.Hour, weight);
        Category(purchase.Category)?.Confirm(purchase.Amount, purchase.Time.Hour, weight);
        if (purchase.MerchantId is { } merchant)
        {
            At(_merchants, merchant).Confirm(purchase.Time, count);
            if (purchase.TerminalId is { } terminal)
                At(_terminals, TerminalKey(merchant, terminal)).Confirm(purchase.Time, count);
        }

        if (purchase.DeviceId is { } device)
            Device(device).Risk.Confirm(purchase.Time, count);
    }

    private static string TerminalKey(string merchant, string terminal) => $"{merchant}\n{terminal}";

    private CategoryRisk? Category(string? name)
    {
        name ??= "";
        if (_categories.TryGetValue(name, out var category))
            return category;
        if (_categories.Count >= MaxCategories)
            return null;
        return _categories[name] = new CategoryRisk();
    }

    private DeviceUse Device(string id)
    {
        id = KnownDevices.StoredId(id);
        if (_devices.TryGetValue(id, out var device))
            return device;
        if (_devices.Count >= MaxDevices)
            Forget(_devices, use => use.NewestTicks);
        return _devices[id] = new DeviceUse();
    }

    private static RiskWindow At(Dictionary<string, RiskWindow> windows, string id)
    {
        if (windows.TryGetValue(id, out var window))
            return window;
        if (windows.Count >= MaxMerchants)
            Forget(windows, risk => risk.Newest);
        return windows[id] = new RiskWindow();
    }

    /// <summary>The tenth longest unused goes at once: to look for it costs a pass over all.</summary>
    private static void Forget<T>(Dictionary<string, T> items, Func<T, long> age)
    {
        foreach (var (id, _) in items.OrderBy(item => age(item.Value)).Take(items.Count / 10).ToList())
            items.Remove(id);
    }
}
