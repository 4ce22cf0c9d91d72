using System.Security.Cryptography;
using OrleansStream.Gateway.Keys;

namespace OrleansStream.Gateway.Auth;

/// <summary>Tells keys from other texts, from what this process knows: no call, no wait.</summary>
internal sealed class Callers(BootstrapKey bootstrap, ApiKeyList keys, TimeProvider time)
{
    /// <summary>Null when the text is no valid key.</summary>
    public Caller? OfKey(string text)
    {
        byte[] hash = ApiKeyText.Hash(text);
        if (bootstrap.Matches(hash)) return new Caller(BootstrapKey.Id, Scope.All, hash);
        return ApiKeyText.IdOf(text) is { } id && OfId(id) is { } caller && CryptographicOperations.FixedTimeEquals(caller.Hash, hash) ? caller : null;
    }

    /// <summary>The key with a public id, for what was signed with it; null when it is not valid, or not any more.</summary>
    public Caller? OfId(string id)
    {
        if (id == BootstrapKey.Id) return bootstrap.Hash is { } hash ? new Caller(id, Scope.All, hash) : null;
        return keys.Find(id) is { } key && key.IsValid(time.GetUtcNow()) ? new Caller(id, key.Scopes, key.Hash) { ExpiresAt = key.ExpiresAt } : null;
    }
}
