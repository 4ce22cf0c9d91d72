using System.Numerics;

namespace OrleansStream.Domain.Recommendations.Neighbours;

/// <summary>Sums by session, as scratch memory of a query: an open hash table that is small enough for a processor's cache and is never made anew.</summary>
/// <param name="most">Different sessions at most.</param>
internal sealed class Sums(int most)
{
    private readonly uint[] _numbers = new uint[BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, 2 * most))];
    private readonly double[] _sums = new double[BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, 2 * most))];
    private readonly List<int> _slots = [];

    /// <summary>Where sums are, in the order of their coming.</summary>
    public List<int> Slots => _slots;

    /// <param name="number">Not 0.</param>
    /// <param name="weight">What is added.</param>
    public void Add(uint number, double weight)
    {
        // Fibonacci hashing (Knuth, TAOCP 6.4): neighbouring numbers come to lie apart.
        int slot = (int)((number * 2654435769u) >> (32 - BitOperations.Log2((uint)_numbers.Length)));
        while (_numbers[slot] != number)
        {
            if (_numbers[slot] == 0)
            {
                _numbers[slot] = number;
                _slots.Add(slot);
                break;
            }
            slot = (slot + 1) & (_numbers.Length - 1);
        }
        _sums[slot] += weight;
    }

    public (uint Number, double Sum) Take(int slot) => (_numbers[slot], _sums[slot]);

    public void Clear()
    {
        foreach (int slot in _slots) (_numbers[slot], _sums[slot]) = (0, 0);
        _slots.Clear();
    }
}
