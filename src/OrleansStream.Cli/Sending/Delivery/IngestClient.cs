using System.Net.Sockets;

namespace OrleansStream.Cli.Sending.Delivery;

/// <summary>One request, one <see cref="IngestAnswer"/>: never throws for what a network or a server can do.</summary>
/// <param name="http">The warm connection pool.</param>
/// <param name="path">The ingest route.</param>
/// <param name="format">Body and answer.</param>
/// <param name="timeout">For the whole exchange.</param>
/// <param name="clock">Runs the timeout.</param>
internal sealed class IngestClient(HttpClient http, string path, IBatchFormat format, TimeSpan timeout, TimeProvider clock)
{
    public async Task<IngestAnswer> PostAsync(ReadOnlyMemory<LoadRecord> batch, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = format.Create(batch) };
            using var response = await http.SendAsync(request, either.Token);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token);
            return format.Read(response, body, batch, clock.GetUtcNow());
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            return new IngestAnswer.Refused($"no secure connection: {Innermost(e)}");
        }
        catch (HttpRequestException e)
        {
            var reached = e.HttpRequestError is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError);
            return new IngestAnswer.Unavailable(Innermost(e), MayBeStored: reached);
        }
        catch (IOException e)
        {
            return new IngestAnswer.Unavailable(Innermost(e), MayBeStored: true);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new IngestAnswer.Unavailable($"no answer within {timeout.TotalSeconds:0.###} s", MayBeStored: true);
        }
    }

    private static string Innermost(Exception e)
    {
        var cause = e.GetBaseException();
        return cause is SocketException socket ? socket.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "connection refused",
            SocketError.ConnectionReset => "connection reset",
            _ => socket.Message,
        }
        : cause.Message;
    }
}
