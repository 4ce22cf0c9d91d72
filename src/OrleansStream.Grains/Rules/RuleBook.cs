using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Grains.Rules;

/// <summary>
/// Rules of the cluster, as every process has them: the version in force and earlier ones. Changes are records of a topic of one partition, so that all see the same order; one
/// that was made on another version than the one in force then is passed over by all.
/// </summary>
/// <param name="builtIn">Version 1: in force until another is, and always there.</param>
/// <param name="kept">Versions kept, the newest.</param>
/// <typeparam name="TVersion">Rules, and when they came into force.</typeparam>
public abstract class RuleBook<TVersion>(TVersion builtIn, int kept) : ReadModel
    where TVersion : class
{
    private readonly SortedDictionary<int, TVersion> _versions = new() { [1] = builtIn };
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether the rules of before the start have been read.</summary>
    public bool IsReady => _ready.Task.IsCompletedSuccessfully;

    public Task WhenReadyAsync() => _ready.Task;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<TVersion> Versions
    {
        get { lock (Gate) return [.. _versions.Values.Reverse()]; }
    }

    /// <summary>Null when it is not kept any more.</summary>
    public TVersion? Find(int version)
    {
        lock (Gate) return _versions.GetValueOrDefault(version);
    }

    /// <summary>Puts a version in force.</summary>
    /// <param name="expected">The version it was made on; null for whichever is in force.</param>
    /// <param name="change">Writes the change, made on the version given, and returns when it has been read here.</param>
    /// <param name="isMine">Whether a version is the one that was written: of two changes made on one version at once, the first counts.</param>
    /// <returns>Null when another version is in force than was expected.</returns>
    internal async Task<TVersion?> ActivateAsync(int? expected, Func<int, Task> change, Func<TVersion, bool> isMine)
    {
        while (true)
        {
            int current = CurrentVersion;
            if (expected is { } wanted && wanted != current) return null;
            await change(current);
            if (Find(current + 1) is { } version && isMine(version)) return version;
            if (expected is not null) return null;
        }
    }

    internal void SetReady() => _ready.TrySetResult();

    /// <summary>The number of the version in force.</summary>
    protected abstract int CurrentVersion { get; }

    /// <summary>All but the built-in one, oldest first.</summary>
    protected IReadOnlyList<TVersion> Written => [.. _versions.Values.Skip(1)];

    protected void Keep(int number, TVersion version)
    {
        _versions[number] = version;
        // The first is the built-in one.
        while (_versions.Count > kept) _versions.Remove(_versions.Keys.Skip(1).First());
    }

    protected override void Reset()
    {
        _versions.Clear();
        _versions[1] = builtIn;
    }
}
