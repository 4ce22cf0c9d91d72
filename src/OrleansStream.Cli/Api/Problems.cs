using System.Net;
using System.Text.Json;

namespace OrleansStream.Cli.Api;

/// <summary>Reads what a server that says no has to say.</summary>
internal static class Problems
{
    private static readonly ProblemReply Nothing = new(null, null, null, null, null, null);

    /// <summary>The problem document, or one without members when the body is something else (a proxy's page, nothing).</summary>
    public static ProblemReply Read(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ApiJson.Default.ProblemReply) ?? Nothing;
        }
        catch (JsonException)
        {
            return Nothing;
        }
    }

    public static string Describe(HttpStatusCode status, ProblemReply problem)
    {
        var told = string.Join(": ", new[] { problem.Title, problem.Detail }.Where(part => !string.IsNullOrWhiteSpace(part)));
        return told.Length == 0 ? $"{(int)status} {status}" : $"{(int)status} {told}";
    }
}
