using OrleansStream.Domain.Conversations.Text;

namespace OrleansStream.Domain.Conversations.Facts;

/// <summary>What was found in a message; each token is part of one mention at most, that which was found first.</summary>
internal sealed class MentionList(MessageText text)
{
    private readonly bool[] _taken = new bool[text.Count];

    public List<Mention> Items { get; } = [];

    public bool IsTaken(int token) => token < 0 || token >= _taken.Length || _taken[token];

    public void Add(Mention mention)
    {
        Items.Add(mention);
        Take(mention.First, mention.End);
    }

    public void Take(int first, int end) => Array.Fill(_taken, true, first, end - first);

    public bool Has(string name) => Items.Exists(m => m.Name == name && !m.IsNegated);
}
