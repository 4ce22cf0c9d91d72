using System.Text;
using OrleansStream.Domain.Recommendations.Users;
using OrleansStream.Gateway.Catalog;
using OrleansStream.Grains.Users;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Recommendations;

/// <summary>A step of a session of before: read as a click whose visitor is the session, written as the topic of steps has it.</summary>
internal static class SessionImport
{
    private static readonly byte[] SessionId = Encoding.UTF8.GetBytes("\"sessionId\"");

    public static Judged Judge(ReadOnlySpan<byte> json)
    {
        // The reader knows the session's id as the visitor's.
        var read = ShopEventJson.Read(Renamed(json), null, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);
        if (read.Event is not { Items.Count: > 0 } step)
        {
            EventError[] errors = [.. read.Errors.Select(e => new EventError(e.Code, e.Detail.Replace("userId", "sessionId", StringComparison.Ordinal)))];
            return new Judged(read.UserId.Length > 0 ? read.UserId : null, null, errors.Length > 0 ? errors : [new EventError("missing-field", "itemId is required.")]);
        }
        var written = SessionStepView.Of(new SessionStep($"import~{step.UserId}", step.Items[0].Id, step.Items[0].Category, step.Action, step.Time, true));
        return new Judged(step.UserId, written.ToJson(), []);
    }

    private static byte[] Renamed(ReadOnlySpan<byte> json)
    {
        int at = json.IndexOf(SessionId);
        return at < 0 ? json.ToArray() : [.. json[..at], .. "\"userId\""u8, .. json[(at + SessionId.Length)..]];
    }
}
