using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using OrleansStream.Otlp.Protocol;

namespace OrleansStream.Otlp.Json;

/// <summary>Walks JSON and a message's descriptor side by side. Records that cannot be read are skipped one by one; anything else wrong ends the walk.</summary>
internal sealed class OtlpMessageReader
{
    /// <summary>What is rejected by itself.</summary>
    private static readonly HashSet<MessageDescriptor> Records =
    [
        LogRecord.Descriptor, Span.Descriptor, NumberDataPoint.Descriptor, HistogramDataPoint.Descriptor, ExponentialHistogramDataPoint.Descriptor, SummaryDataPoint.Descriptor,
    ];

    public int Skipped { get; private set; }

    public string? Reason { get; private set; }

    /// <summary>From the object's opening brace to its closing one.</summary>
    public void Object(ref Utf8JsonReader reader, IMessage message)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = Find(message.Descriptor, ref reader);
            reader.Read();
            if (field is null) reader.Skip();
            else if (reader.TokenType == JsonTokenType.Null) continue;
            else if (field.IsRepeated) List(ref reader, message, field);
            else field.Accessor.SetValue(message, Value(ref reader, field));
        }
    }

    private void List(ref Utf8JsonReader reader, IMessage message, FieldDescriptor field)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new OtlpFormatException($"{field.JsonName} is no array.");
        var list = (System.Collections.IList)field.Accessor.GetValue(message);
        bool record = field.FieldType == FieldType.Message && Records.Contains(field.MessageType);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!record)
            {
                list.Add(Value(ref reader, field));
                continue;
            }
            var start = reader;
            try
            {
                list.Add(Value(ref reader, field));
            }
            catch (OtlpFormatException e)
            {
                // The JSON itself may still be broken behind it: Skip throws then, and the export is refused as a whole.
                reader = start;
                reader.Skip();
                Skipped++;
                Reason ??= e.Message;
            }
        }
    }

    private object Value(ref Utf8JsonReader reader, FieldDescriptor field)
    {
        if (field.FieldType != FieldType.Message) return OtlpJsonScalar.Read(ref reader, field);
        var message = field.MessageType.Parser.ParseFrom(ByteString.Empty);
        // Lists of values were written without the object around them, also in the protocol's own examples of former times.
        if (reader.TokenType == JsonTokenType.StartArray && (field.MessageType == ArrayValue.Descriptor || field.MessageType == KeyValueList.Descriptor))
            List(ref reader, message, field.MessageType.FindFieldByNumber(1));
        else if (reader.TokenType == JsonTokenType.StartObject) Object(ref reader, message);
        else throw new OtlpFormatException($"{field.JsonName} is no object.");
        return message;
    }

    private static FieldDescriptor? Find(MessageDescriptor descriptor, ref Utf8JsonReader reader)
    {
        try
        {
            foreach (var field in descriptor.Fields.InDeclarationOrder())
                if (reader.ValueTextEquals(field.JsonName) || reader.ValueTextEquals(field.Name)) return field;
            return null;
        }
        catch (InvalidOperationException)
        {
            throw new OtlpFormatException($"A name in {descriptor.Name} is half of a surrogate pair.");
        }
    }
}
