using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace OrleansStream.Gateway.Otlp;

/// <summary>Turns what an export failed by into its answer, and tells the operator what is the server's doing.</summary>
internal static class Refusals
{
    public static OtlpRefusal Of(Exception exception, OtlpSignal signal, ILogger logger)
    {
        var refusal = OtlpRefusal.Of(exception);
        if (refusal is null)
        {
            logger.LogError(exception, "An export of {Signal} failed in a way nobody expected.", signal.Name);
            refusal = new OtlpRefusal(500, StatusCode.Internal, "The request failed.");
        }
        else if (refusal.Code == StatusCode.Unavailable)
        {
            logger.LogWarning("An export of {Signal} was not taken: {Message}", signal.Name, exception.Message);
        }
        OtlpMetrics.Refused.Add(1, OtlpMetrics.Signal(signal.Name), new("code", refusal.Code.ToString()));
        return refusal;
    }
}
