using System.Buffers;

namespace OrleansStream.Domain.Recommendations.Neighbours;

/// <summary>
/// What is stored of the index: pieces, each a kind and numbers of 7 bits a byte (LEB128), texts with their length in UTF-8 before them. A restored index answers as the
/// stored one did, to the bit: lists keep their order, and nothing depends on handles.
/// </summary>
public sealed partial class NeighbourIndex
{
    private const ulong HeadPiece = 1, ItemsPiece = 2, SessionsPiece = 3;
    private const int PieceBytes = 256 << 10;

    /// <summary>All of it, as it is now: what can change is copied before the first piece.</summary>
    public IEnumerable<byte[]> Save()
    {
        var head = SaveHead();
        var items = new (int Handle, string Id, uint[] Recent)[_handles.Count];
        int at = 0;
        for (int handle = 0; handle < _itemCount; handle++)
            if (_items[handle].Id is { } id) items[at++] = (handle, id, _items[handle].All());
        var sessions = new (uint Number, ulong Key, int[] Items)[_numbers.Count];
        at = 0;
        for (uint number = _oldest; number != _next; number++)
            if (number != 0 && IsKept(number)) sessions[at++] = (number, At(number).Key, At(number).Span.ToArray());
        return Pieces(head, items, sessions);
    }

    /// <summary>Takes a piece of an emptied index's <see cref="Save"/>, in order.</summary>
    /// <exception cref="FormatException">The bytes are not of that.</exception>
    public void Load(ReadOnlySpan<byte> piece)
    {
        var reader = new VarintReader(piece);
        switch (reader.Number())
        {
            case HeadPiece:
                LoadHead(ref reader);
                break;
            case ItemsPiece:
                while (!reader.IsAtEnd) LoadItem(ref reader);
                break;
            case SessionsPiece:
                while (!reader.IsAtEnd) LoadSession(ref reader);
                break;
            default:
                throw new FormatException("The piece is of no kind.");
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_ring);
        _numbers.Clear();
        _handles.Clear();
        _free.Clear();
        _items = new Item[1024];
        (_itemCount, _next, _oldest) = (0, 1, 1);
        Habits.Clear();
    }

    private static IEnumerable<byte[]> Pieces(byte[] head, (int Handle, string Id, uint[] Recent)[] items, (uint Number, ulong Key, int[] Items)[] sessions)
    {
        yield return head;
        var writer = new VarintWriter();
        for (int i = 0; i < items.Length; i++)
        {
            if (writer.Length == 0) writer.Number(ItemsPiece);
            writer.Number((uint)items[i].Handle);
            writer.Text(items[i].Id);
            writer.Number((uint)items[i].Recent.Length);
            foreach (uint number in items[i].Recent) writer.Number(number);
            if (writer.Length >= PieceBytes || i == items.Length - 1) yield return writer.Take();
        }
        for (int i = 0; i < sessions.Length; i++)
        {
            if (writer.Length == 0) writer.Number(SessionsPiece);
            writer.Number(sessions[i].Number);
            writer.Number(sessions[i].Key);
            writer.Number((uint)sessions[i].Items.Length);
            foreach (int handle in sessions[i].Items) writer.Number((uint)handle);
            if (writer.Length >= PieceBytes || i == sessions.Length - 1) yield return writer.Take();
        }
    }

    private byte[] SaveHead()
    {
        var writer = new VarintWriter();
        writer.Number(HeadPiece);
        writer.Number(_next);
        writer.Number(_oldest);
        var (chances, returns) = Habits.Save();
        for (int i = 0; i < chances.Length; i++)
        {
            if (chances[i] == 0) continue;
            writer.Number((uint)i);
            writer.Number((ulong)chances[i]);
            writer.Number((ulong)returns[i]);
        }
        return writer.Take();
    }

    private void LoadHead(ref VarintReader reader)
    {
        (_next, _oldest) = ((uint)reader.Number(), (uint)reader.Number());
        while (!reader.IsAtEnd)
        {
            int at = (int)reader.Number();
            if (at >= RevisitHabits.Lengths * RevisitHabits.Depth) throw new FormatException("There is no such habit.");
            Habits.Load(at, (long)reader.Number(), (long)reader.Number());
        }
    }

    private void LoadItem(ref VarintReader reader)
    {
        int handle = (int)reader.Number();
        if (handle < _itemCount || _handles.Count >= _options.MaxItems || handle > 4L * _options.MaxItems) throw new FormatException("Items do not come in order, or too many.");
        while (_items.Length <= handle) Array.Resize(ref _items, 2 * _items.Length);
        for (; _itemCount < handle; _itemCount++) _free.Push(_itemCount);
        _itemCount = handle + 1;
        var item = new Item { Id = reader.Text() };
        int count = (int)reader.Number();
        for (int i = 0; i < count; i++) item.Push((uint)reader.Number(), _options.SessionsPerItem);
        _items[handle] = item;
        _handles.Add(item.Id, handle);
    }

    private void LoadSession(ref VarintReader reader)
    {
        uint number = (uint)reader.Number();
        ulong key = reader.Number();
        var items = new int[Math.Min((int)reader.Number(), _options.MaxSessionItems)];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = (int)reader.Number();
            if ((uint)items[i] >= (uint)_itemCount || _items[items[i]].Id is null) throw new FormatException("A session has an item that is not there.");
            if (!items.AsSpan(0, i).Contains(items[i])) _items[items[i]].Sessions++;
        }
        // A smaller index than the stored one keeps the newest.
        ref var place = ref PlaceOf(number);
        if (place.Number != 0) Drop(ref place);
        place = new Session { Number = number, Key = key, Items = items, Count = items.Length };
        _numbers[key] = number;
        if (_next - _oldest > _capacity) _oldest = _next - _capacity;
    }
}

/// <summary>Numbers of 7 bits a byte, least significant first, and texts.</summary>
internal sealed class VarintWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public int Length => _bytes.WrittenCount;

    public void Number(ulong value)
    {
        var span = _bytes.GetSpan(10);
        int length = 0;
        for (; value >= 0x80; value >>= 7) span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        _bytes.Advance(length);
    }

    public void Text(string text)
    {
        byte[] utf8 = System.Text.Encoding.UTF8.GetBytes(text);
        Number((uint)utf8.Length);
        _bytes.Write(utf8);
    }

    public void Real(double value) => Number((ulong)BitConverter.DoubleToInt64Bits(value));

    public byte[] Take()
    {
        byte[] taken = _bytes.WrittenSpan.ToArray();
        _bytes.ResetWrittenCount();
        return taken;
    }
}

/// <summary>Reads what <see cref="VarintWriter"/> wrote.</summary>
internal ref struct VarintReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <exception cref="FormatException">It does not end.</exception>
    public ulong Number()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64 && !_rest.IsEmpty; shift += 7)
        {
            byte next = _rest[0];
            _rest = _rest[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
        throw new FormatException("A number does not end.");
    }

    /// <exception cref="FormatException">It does not end.</exception>
    public string Text()
    {
        ulong length = Number();
        if (length > (ulong)_rest.Length) throw new FormatException("A text does not end.");
        string text = System.Text.Encoding.UTF8.GetString(_rest[..(int)length]);
        _rest = _rest[(int)length..];
        return text;
    }

    public double Real() => BitConverter.Int64BitsToDouble((long)Number());
}
