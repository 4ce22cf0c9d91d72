using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansStream.Domain.Alerting;

namespace OrleansStream.Grains.Alerts;

/// <summary>Sends one message to one receiver, once. Whoever calls tries again.</summary>
public sealed class WebhookSender(WebhookTargets targets, IOptions<WebhookOptions> options, TimeProvider time, ILogger<WebhookSender> logger) : IDisposable
{
    /// <summary>The same for a message that is sent again: a receiver that keeps these handles each message once.</summary>
    public const string DeliveryHeader = "X-OrleansStream-Delivery";
    public const string SignatureHeader = "X-OrleansStream-Signature";

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        ConnectCallback = targets.ConnectAsync,
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = options.Value.Timeout,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        MaxResponseHeadersLength = 16,
    })
    { Timeout = options.Value.Timeout, MaxResponseContentBufferSize = 64 << 10 };

    /// <returns>False when it has to be sent again.</returns>
    public async Task<bool> SendAsync(WebhookReceiver receiver, Notification notification, CancellationToken cancellationToken)
    {
        try
        {
            if (targets.Error(receiver.Url) is { } error) throw new HttpRequestException(error);
            using var request = Request(receiver, notification);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode) return true;
            logger.LogWarning("Receiver {Receiver} answered {Status} to {Delivery}.", receiver.Name, (int)response.StatusCode, notification.Id);
            // What a receiver does not understand it will not understand tomorrow; a redirect is not followed.
            return response.StatusCode is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests) && (int)response.StatusCode < 500;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            logger.LogWarning("Receiver {Receiver} cannot be reached with {Delivery}: {Reason}", receiver.Name, notification.Id, e.Message);
            return false;
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(WebhookReceiver receiver, Notification notification)
    {
        byte[] body = WebhookMessage.Body(receiver, notification, options.Value.ExternalUrl);
        var request = new HttpRequestMessage(HttpMethod.Post, receiver.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("User-Agent", "OrleansStream");
        request.Headers.Add(DeliveryHeader, notification.Id);
        if (receiver.Secret.Length > 0) request.Headers.Add(SignatureHeader, WebhookMessage.Signature(receiver.Secret, body, time.GetUtcNow()));
        return request;
    }
}
