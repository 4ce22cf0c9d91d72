using System.Runtime.InteropServices;

namespace OrleansStream.Domain.Recommendations.Neighbours;

/// <summary>
/// The two maps of VMIS-kNN (Kersbergen, Sprangers, Schelter: Serenade, SIGMOD 2022), item → most recent sessions and session → items, kept up to date click by click: a click
/// counts from the moment it is added, nothing is built beforehand. Bounded by the number of sessions, of items, and of both per each other. Not safe for use by several
/// threads at once, queries included: they use its scratch memory.
/// </summary>
/// <remarks>
/// Sessions lie in a ring in the order of their beginning; the newest takes the place of the oldest. An item's list holds numbers of sessions: one that is no longer at its
/// place in the ring is gone, so that nothing has to be removed from lists.
/// </remarks>
public sealed partial class NeighbourIndex
{
    private readonly NeighbourOptions _options;
    private const int ChunkBits = 12, ChunkSize = 1 << ChunkBits;

    /// <summary>The ring, in pieces made when they are first needed: an index that is not used costs nothing.</summary>
    private readonly Session[]?[] _ring;
    private readonly uint _capacity;
    private readonly Dictionary<ulong, uint> _numbers = [];
    private readonly Dictionary<string, int> _handles = [];
    private readonly Stack<int> _free = [];
    private Item[] _items = new Item[1024];
    private int _itemCount;

    /// <summary>The number of the next session, and of the oldest that is kept.</summary>
    private uint _next = 1, _oldest = 1;

    public NeighbourIndex(NeighbourOptions? options = null)
    {
        _options = options ?? NeighbourOptions.Default;
        _capacity = (uint)_options.MaxSessions;
        _ring = new Session[(_options.MaxSessions + ChunkSize - 1) >> ChunkBits][];
        _similar = new Sums(_options.QueryItems * _options.SessionsPerItem);
        _closeness = new double[_options.MaxSessionItems];
        _lengths = [.. Enumerable.Range(0, _options.MaxSessionItems + 1).Select(length => Math.Pow(Math.Max(1, length), _options.LengthExponent))];
    }

    /// <summary>What visitors go back to.</summary>
    public RevisitHabits Habits { get; } = new();

    /// <summary>Sessions kept now.</summary>
    public int SessionCount => _numbers.Count;

    /// <summary>Items that a session kept now has, or had until lately.</summary>
    public int ItemCount => _handles.Count;

    /// <summary>A click of a session, in the session's order. Repeated at once it is a revisit like any other.</summary>
    /// <param name="session">A hash of the session's id.</param>
    /// <param name="item">The item's id.</param>
    public void Add(ulong session, string item)
    {
        ArgumentException.ThrowIfNullOrEmpty(item);
        int handle = HandleOf(item);
        ref var into = ref SessionOf(session);
        if (into.Count > 0) Learn(into, handle);
        if (into.Count == _options.MaxSessionItems) LeaveOutFirst(ref into);
        bool isNew = !into.Span.Contains(handle);
        Append(ref into, handle);
        if (!isNew) return;
        ref var entry = ref _items[handle];
        entry.Sessions++;
        entry.Push(into.Number, _options.SessionsPerItem);
    }

    /// <summary>How many of the sessions kept have the item.</summary>
    public int SessionsWith(string item) => _handles.TryGetValue(item, out int handle) ? _items[handle].Sessions : 0;

    /// <summary>The items of a session, oldest first; empty when it is not kept.</summary>
    public IReadOnlyList<string> ItemsOf(ulong session)
    {
        if (!_numbers.TryGetValue(session, out uint number)) return [];
        var items = new List<string>();
        foreach (int handle in At(number).Span) items.Add(_items[handle].Id);
        return items;
    }

    /// <summary>The place of a session that is kept.</summary>
    private ref Session At(uint number)
    {
        uint place = number % _capacity;
        return ref _ring[place >> ChunkBits]![place & (ChunkSize - 1)];
    }

    /// <summary>The same for one that may be the first there.</summary>
    private ref Session PlaceOf(uint number)
    {
        uint place = number % _capacity;
        return ref (_ring[place >> ChunkBits] ??= new Session[ChunkSize])[place & (ChunkSize - 1)];
    }

    /// <summary>Sessions go in the order of their numbers, so that nothing need be looked up. Numbers go round.</summary>
    private bool IsKept(uint number) => number - _oldest < _next - _oldest;

    private int HandleOf(string item)
    {
        if (_handles.TryGetValue(item, out int known)) return known;
        if (_handles.Count >= _options.MaxItems) ForgetItems();
        if (!_free.TryPop(out int handle))
        {
            handle = _itemCount++;
            if (handle == _items.Length) Array.Resize(ref _items, 2 * _items.Length);
        }
        _items[handle] = new Item { Id = item };
        _handles.Add(item, handle);
        return handle;
    }

    private ref Session SessionOf(ulong session)
    {
        ref uint number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, session, out bool exists);
        if (exists) return ref At(number);
        if (_next == 0) _next = 1; // Numbers go round; 0 is none.
        number = _next++;
        uint begun = number;
        ref var place = ref PlaceOf(begun);
        if (place.Number != 0) Drop(ref place);
        if (_next - _oldest > _capacity) _oldest = _next - _capacity;
        place = new Session { Number = begun, Key = session, Items = new int[4] };
        return ref place;
    }

    private void LeaveOutFirst(ref Session session)
    {
        int first = session.Items[0];
        Array.Copy(session.Items, 1, session.Items, 0, --session.Count);
        if (!session.Span.Contains(first)) _items[first].Sessions--;
    }

    private void Append(ref Session session, int handle)
    {
        if (session.Count == session.Items.Length) Array.Resize(ref session.Items, Math.Min(2 * session.Count, _options.MaxSessionItems));
        session.Items[session.Count++] = handle;
    }

    private void Learn(in Session session, int handle)
    {
        Span<int> recent = stackalloc int[RevisitHabits.Depth];
        int distinct = 0, place = -1;
        for (int i = session.Count - 1; i >= 0 && distinct < recent.Length; i--)
        {
            if (recent[..distinct].Contains(session.Items[i])) continue;
            if (session.Items[i] == handle) place = distinct;
            recent[distinct++] = session.Items[i];
        }
        Habits.Learn(distinct, place);
    }

    private void Drop(ref Session session)
    {
        _numbers.Remove(session.Key);
        var items = session.Span;
        for (int i = 0; i < items.Length; i++)
            if (!items[..i].Contains(items[i])) _items[items[i]].Sessions--;
        session = default;
    }

    /// <summary>Lets the oldest tenth of the sessions go, and then all items that no session has; again until there is room.</summary>
    private void ForgetItems()
    {
        while (_handles.Count >= _options.MaxItems)
        {
            uint until = _oldest + (uint)Math.Max(1, _numbers.Count / 10);
            for (; _oldest != until; _oldest++)
                if (_oldest != 0 && IsKept(_oldest)) Drop(ref At(_oldest));
            for (int handle = 0; handle < _itemCount; handle++)
            {
                ref var item = ref _items[handle];
                if (item.Id is null || item.Sessions > 0) continue;
                _handles.Remove(item.Id);
                _free.Push(handle);
                item = default;
            }
        }
    }

    private struct Session
    {
        /// <summary>0 for an empty place.</summary>
        public uint Number;
        public ulong Key;
        public int[] Items;
        public int Count;

        public readonly Span<int> Span => Items.AsSpan(0, Count);
    }

    private struct Item
    {
        public string Id;

        /// <summary>Sessions kept that have it.</summary>
        public int Sessions;

        /// <summary>The most recent sessions with it: a ring once it is full.</summary>
        public uint[]? Recent;
        public int Count;

        /// <summary>Where the next goes.</summary>
        public int Head;

        public void Push(uint session, int most)
        {
            Recent ??= new uint[Math.Min(2, most)];
            if (Count == Recent.Length && Count < most)
            {
                // Not full yet, so the oldest is at 0.
                Array.Resize(ref Recent, Math.Min(2 * Count, most));
                Head = Count;
            }
            Recent[Head] = session;
            Head = (Head + 1) % Recent.Length;
            Count = Math.Min(Count + 1, Recent.Length);
        }

        /// <summary>
        /// The recent sessions, oldest first, those that went as well: one that began early may have clicked late, and what stands before it in the list goes first.
        /// </summary>
        public readonly uint[] All()
        {
            var all = new uint[Count];
            for (int i = 0; i < Count; i++) all[i] = Back(Count - 1 - i);
            return all;
        }

        /// <summary>The session so many places before the newest.</summary>
        public readonly uint Back(int steps) => Recent![(Head - 1 - steps + 2 * Recent.Length) % Recent.Length];
    }
}
