using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using OrleansStream.Otlp.Json;

namespace OrleansStream.Gateway.Otlp;

/// <summary>Answers of OTLP/HTTP: messages and errors (<c>google.rpc.Status</c>) in the request's encoding.</summary>
internal static class OtlpAnswers
{
    public const string Protobuf = "application/x-protobuf";
    public const string Json = "application/json";

    /// <summary>True for JSON, false for protobuf, null for anything else.</summary>
    public static bool? IsJson(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)) return null;
        if (type.MediaType.Equals(Protobuf, StringComparison.OrdinalIgnoreCase) || type.MediaType.Equals("application/protobuf", StringComparison.OrdinalIgnoreCase)) return false;
        return type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase) ? true : null;
    }

    public static async Task WriteAsync(HttpContext context, int status, IMessage message)
    {
        var response = context.Response;
        response.StatusCode = status;
        if (IsJson(context.Request) == false)
        {
            response.ContentType = Protobuf;
            await response.BodyWriter.WriteAsync(message.ToByteArray(), context.RequestAborted);
            return;
        }
        response.ContentType = Json;
        await response.WriteAsync(OtlpJson.Write(message), context.RequestAborted);
    }

    public static Task WriteAsync(HttpContext context, OtlpRefusal refusal)
    {
        if (refusal.RetryAfter is { } wait)
            context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return WriteAsync(context, refusal.Http, new Google.Rpc.Status { Code = (int)refusal.Code, Message = refusal.Message });
    }

    /// <summary>The same refusal for gRPC; what may come again says when (<c>google.rpc.RetryInfo</c>).</summary>
    public static RpcException ToRpc(this OtlpRefusal refusal)
    {
        var status = new Google.Rpc.Status { Code = (int)refusal.Code, Message = refusal.Message };
        if (refusal.RetryAfter is { } wait)
            status.Details.Add(Google.Protobuf.WellKnownTypes.Any.Pack(new Google.Rpc.RetryInfo { RetryDelay = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(wait) }));
        return status.ToRpcException();
    }
}
