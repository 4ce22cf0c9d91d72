using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Unicode;
using OrleansStream.Domain.Json;

namespace OrleansStream.Domain.Conversations.Messages;

/// <summary>JSON of <c>POST /v1/conversations/{id}/messages</c> → <see cref="Message"/>: <c>{"conversationId","role","content","time","id"}</c>.</summary>
public static class MessageReader
{
    /// <summary>Longest text, in UTF-16 code units: several pages.</summary>
    public const int LongestContent = 16_000;

    private const int LongestId = 256, LongestTime = 64;

    /// <summary>Reads a message, or every error it has. Never throws, whatever the bytes.</summary>
    /// <param name="json">One JSON object in UTF-8.</param>
    /// <param name="conversationId">Whose it is, when the message does not say.</param>
    /// <param name="id">Its id, when it does not say.</param>
    /// <param name="time">When, if it does not say.</param>
    /// <param name="latest">A later time is an error; null for what stands in the log.</param>
    public static MessageReading Read(ReadOnlySpan<byte> json, string? conversationId, string id, DateTimeOffset time, DateTimeOffset? latest)
    {
        if (!Utf8.IsValid(json)) return Refuse(FieldErrorCodes.InvalidUtf8, "The record is not valid UTF-8.");
        var reader = new JsonFieldReader(json);
        var fields = new Fields();
        try
        {
            if (!reader.StartRecord()) return Refuse(FieldErrorCodes.NotAnObject, "The record must be a JSON object.");
            while (reader.NextProperty()) fields.Read(ref reader);
            reader.EndRecord();
        }
        catch (JsonException e)
        {
            return reader.Level >= JsonFieldReader.DeepestLevel
                ? Refuse(FieldErrorCodes.DepthExceeded, $"The record is nested deeper than {JsonFieldReader.DeepestLevel} levels.")
                : Refuse(FieldErrorCodes.MalformedJson, $"The record is not valid JSON at byte {e.BytePositionInLine}.");
        }
        return fields.Check(ref reader, conversationId, id, time, latest);

        MessageReading Refuse(string code, string detail) => new(null, conversationId ?? "", id, time, [new FieldError(code, "", detail)]);
    }

    private struct Fields
    {
        private string? _conversationId, _id, _role, _content, _time;

        public void Read(ref JsonFieldReader reader)
        {
            if (reader.Is("content"u8)) _content = reader.TryText("content", LongestContent, out string? content) ? content : null;
            else if (reader.Is("role"u8)) _role = reader.Text("role", LongestId);
            else if (reader.Is("id"u8)) _id = reader.Text("id", LongestId);
            else if (reader.Is("time"u8)) _time = reader.Text("time", LongestTime);
            else if (reader.Is("conversationId"u8)) _conversationId = reader.Text("conversationId", LongestId);
            else reader.Skip();
        }

        public readonly MessageReading Check(ref JsonFieldReader reader, string? conversationId, string id, DateTimeOffset time, DateTimeOffset? latest)
        {
            string key = Key(ref reader, conversationId);
            var role = _role is null ? null : RoleNames.Parse(_role);
            if (_role is null) reader.Errors.AddMissing("role");
            else if (role is null) reader.Errors.Add("invalid-role", "role", $"role is one of {RoleNames.All}.");
            if (_content is null) reader.Errors.AddMissing("content");
            else if (_content.Length == 0) reader.Errors.Add(FieldErrorCodes.MissingField, "content", "content is empty.");
            if (_time is not null)
            {
                if (!Rfc3339.TryParse(_time, out time)) reader.Errors.Add(FieldErrorCodes.InvalidTime, "time", "time must be RFC 3339 with an offset, as 2026-11-22T10:00:00Z.");
                else if (time > latest) reader.Errors.Add(FieldErrorCodes.TimeInFuture, "time", "time is too far ahead of the server's clock.");
            }
            if (_id is not null && _id.Any(char.IsControl)) reader.Errors.Add(FieldErrorCodes.InvalidId, "id", "id has no control characters.");
            if (_id is not null) id = _id;
            var errors = reader.Errors.ToImmutable();
            return new MessageReading(errors.IsEmpty ? new Message { Id = id, Role = role!.Value, Content = _content!, Time = time } : null, key, id, time, errors);
        }

        private readonly string Key(ref JsonFieldReader reader, string? conversationId)
        {
            string? key = _conversationId ?? conversationId;
            if (key is null) reader.Errors.AddMissing("conversationId");
            else if (!ConversationIdRule.IsWellFormed(key)) reader.Errors.Add("invalid-conversation-id", "conversationId", ConversationIdRule.Detail);
            return key ?? "";
        }
    }
}

/// <summary>A message, or everything that is wrong with it.</summary>
/// <param name="Message">Set when there are no errors.</param>
/// <param name="ConversationId">Empty when it could not be read.</param>
/// <param name="Id">Its own or the default one.</param>
/// <param name="Time">Its own or the default one.</param>
/// <param name="Errors">Empty when the message is valid.</param>
public sealed record MessageReading(Message? Message, string ConversationId, string Id, DateTimeOffset Time, ImmutableArray<FieldError> Errors);

/// <summary>What can be a conversation's id.</summary>
public static class ConversationIdRule
{
    public const string Detail = "conversationId must be 1 to 128 characters without control characters.";
    private const int Longest = 128;

    public static bool IsWellFormed(string id) => id.Length is > 0 and <= Longest && !id.Any(char.IsControl);
}
