using OrleansStream.Gateway.Auth;
using OrleansStream.Grains;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Gateway.Keys;

/// <summary>Makes and revokes keys: a record in the log each. What is answered, this process knows.</summary>
internal sealed class ApiKeys(IEventLog log, ApiKeyList list, IReadModels models, TimeProvider time)
{
    /// <summary>The key, and its text, which nobody can give again.</summary>
    public async Task<(ApiKey Key, string Text)> CreateAsync(string name, IReadOnlyList<string> scopes, DateTimeOffset? expiresAt, CancellationToken cancellationToken)
    {
        var (id, text) = ApiKeyText.Create();
        var key = new ApiKey(id, name, scopes, ApiKeyText.Hash(text), time.GetUtcNow(), expiresAt, null);
        await AppendAsync(key, cancellationToken);
        return (key, text);
    }

    public IReadOnlyList<ApiKey> All() => list.All();

    /// <summary>False when there is no such key. Again the same answer.</summary>
    public async Task<bool> RevokeAsync(string id, CancellationToken cancellationToken)
    {
        if (!ApiKeyText.CanBeId(id) || list.Find(id) is not { } key) return false;
        if (key.RevokedAt is null) await AppendAsync(key with { RevokedAt = time.GetUtcNow() }, cancellationToken);
        return true;
    }

    /// <summary>A key that takes another's place; that one goes on for a while, so that clients can change over. Null when there is none that is valid, or it was replaced before.</summary>
    public async Task<(ApiKey Key, string Text, DateTimeOffset OldExpiresAt)?> RotateAsync(string id, TimeSpan grace, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!ApiKeyText.CanBeId(id) || list.Find(id) is not { } old || !old.IsValid(now) || old.ReplacedBy is not null) return null;
        var (key, text) = await CreateAsync(old.Name, old.Scopes, old.ExpiresAt, cancellationToken);
        var end = old.ExpiresAt is { } own && own < now + grace ? own : now + grace;
        await AppendAsync(old with { ExpiresAt = end, ReplacedBy = key.Id }, cancellationToken, replaced: true);
        return (key, text, end);
    }

    private Task AppendAsync(ApiKey key, CancellationToken cancellationToken, bool replaced = false) =>
        models.AppendAndReadAsync(log, ApiKeyList.ModelName, ApiKeyList.Topic, [ApiKeyList.Record(key, time.GetUtcNow(), replaced)], cancellationToken);
}
