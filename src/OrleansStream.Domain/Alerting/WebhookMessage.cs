using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OrleansStream.Domain.Alerting;

/// <summary>A notification as Alertmanager's webhooks have it, version 4 (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config), and its signature.</summary>
public static class WebhookMessage
{
    /// <summary>More than these are counted only.</summary>
    public const int MaxAlerts = 100;

    private const string NoEnd = "0001-01-01T00:00:00Z";

    public static byte[] Body(WebhookReceiver receiver, Notification notification, string externalUrl)
    {
        Alert[] all = [.. notification.Firing, .. notification.Resolved];
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("version", "4");
            json.WriteString("groupKey", notification.GroupKey);
            json.WriteNumber("truncatedAlerts", Math.Max(0, all.Length - MaxAlerts));
            json.WriteString("status", notification.Firing.IsEmpty ? "resolved" : "firing");
            json.WriteString("receiver", receiver.Name);
            Write(json, "groupLabels", receiver.GroupBy.Order(StringComparer.Ordinal).Where(all[0].Labels.ContainsKey).Select(name => KeyValuePair.Create(name, all[0].Labels[name])));
            Write(json, "commonLabels", Common(all, a => a.Labels));
            Write(json, "commonAnnotations", Common(all, a => a.Annotations));
            json.WriteString("externalURL", externalUrl);
            json.WriteStartArray("alerts");
            for (int i = 0; i < Math.Min(all.Length, MaxAlerts); i++) Write(json, all[i], isOver: i >= notification.Firing.Length);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary><c>t=1763805600,v1=</c> and the HMAC-SHA256, in hex, of the time, a dot and the body: whoever checks the time, too, is safe from messages sent again by others.</summary>
    public static string Signature(string secret, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        string at = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.UTF8.GetBytes(at + "."));
        hmac.AppendData(body);
        return $"t={at},v1={Convert.ToHexStringLower(hmac.GetHashAndReset())}";
    }

    private static IEnumerable<KeyValuePair<string, string>> Common(Alert[] all, Func<Alert, ImmutableSortedDictionary<string, string>> of) =>
        of(all[0]).Where(entry => all.All(alert => of(alert).TryGetValue(entry.Key, out string? value) && value == entry.Value));

    private static void Write(Utf8JsonWriter json, Alert alert, bool isOver)
    {
        json.WriteStartObject();
        json.WriteString("status", isOver ? "resolved" : "firing");
        Write(json, "labels", alert.Labels);
        Write(json, "annotations", alert.Annotations);
        json.WriteString("startsAt", alert.StartsAt.UtcDateTime);
        if (isOver) json.WriteString("endsAt", alert.EndsAt!.Value.UtcDateTime);
        else json.WriteString("endsAt", NoEnd);
        json.WriteString("generatorURL", alert.GeneratorUrl ?? "");
        json.WriteString("fingerprint", alert.Fingerprint);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, string>> texts)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in texts) json.WriteString(key, value);
        json.WriteEndObject();
    }
}
