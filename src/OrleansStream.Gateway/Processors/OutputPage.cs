using System.Buffers;
using System.Text;
using System.Text.Json;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Processors;

/// <summary>One page of a key's outputs, newest first in the order of the log.</summary>
internal sealed record OutputPage(IReadOnlyList<KeyOutput> Items, string? Next)
{
    /// <summary>How many outputs a grain is asked for at once when most may be passed over.</summary>
    private const int SearchSize = 256;

    public static async Task<OutputPage> ReadAsync(IKeyedStreamGrain grain, OutputListStart start, int limit)
    {
        var items = new List<KeyOutput>(Math.Min(limit, 64));
        // One more than asked for tells whether there is more, and one more lets the oldest record be left to the next call.
        int size = start.BeforeTime is null ? limit + 2 : Math.Max(limit + 2, SearchSize);
        var (record, ofRecord) = (-1L, 0);
        await foreach (var output in NewestFirstAsync(grain, start.BeforeOffset, size))
        {
            ofRecord = output.Position.Offset == record ? ofRecord + 1 : 1;
            record = output.Position.Offset;
            if (record == start.BeforeOffset - 1 && ofRecord <= start.Skip) continue;
            if (start.BeforeTime is { } time && output.Time >= time) continue;
            if (items.Count == limit)
                return new OutputPage(items, ofRecord > 1 ? OutputListStart.Within(output.Position, ofRecord - 1) : items[^1].Position.ToString());
            items.Add(output);
        }
        return new OutputPage(items, null);
    }

    public byte[] ToJson()
    {
        var json = new ArrayBufferWriter<byte>(Items.Sum(i => i.Json.Length + 1) + 64);
        json.Write("{\"items\":["u8);
        for (int i = 0; i < Items.Count; i++)
        {
            if (i > 0) json.Write(","u8);
            json.Write(Items[i].Json);
        }
        json.Write("],\"next\":"u8);
        json.Write(Next is null ? "null"u8 : Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(Next)}\""));
        json.Write("}"u8);
        return json.WrittenSpan.ToArray();
    }

    /// <summary>
    /// A grain's page may end between two outputs of one record, and the next page begins before that record: the last record of a page is left out and
    /// asked for again, unless it is all there is.
    /// </summary>
    private static async IAsyncEnumerable<KeyOutput> NewestFirstAsync(IKeyedStreamGrain grain, long before, int size)
    {
        while (true)
        {
            var page = await grain.ListOutputs(before, size);
            foreach (var output in page.Items)
                if (output.Position.Offset > page.NextBefore) yield return output;
            if (page.NextBefore < 0) yield break;
            long next = page.NextBefore + 1;
            if (next == before) size *= 2;
            before = next;
        }
    }
}
