using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using OrleansStream.Domain.Observability.Signals;

namespace OrleansStream.Domain.Observability.Templates;

/// <summary>
/// Finds the texts behind log lines, streaming and bounded: Drain (He, Zhu, Zheng, Lyu: "Drain: An Online Log Parsing Approach with Fixed Depth Tree", ICWS 2017). Masked
/// lines are grouped by their number of words and their first words; in a group a line joins the template with which it shares most words, when these are
/// <see cref="Similarity"/> of all, and words that differ become wildcards. The least used templates make room: what they counted is in <see cref="Forgotten"/>.
/// </summary>
public sealed class TemplateMiner
{
    /// <summary>Templates kept.</summary>
    public const int MaxTemplates = 100;

    /// <summary>Share of equal words; Drain's paper uses 0.4 to 0.5 for most systems.</summary>
    public const double Similarity = 0.5;

    /// <summary>Words that lead to a group besides the length: a tree of depth 3 in the paper's count. More would keep apart lines whose second word varies.</summary>
    private const int PrefixWords = 1;

    private readonly Dictionary<string, List<LogCluster>> _groups = new(StringComparer.Ordinal);
    private int _count;
    private long _sequence;

    /// <summary>Lines of templates that made room.</summary>
    public long Forgotten { get; private set; }

    /// <summary>Templates.</summary>
    public int Count => _count;

    /// <summary>All lines.</summary>
    public long Lines { get; private set; }

    /// <summary>Most used first.</summary>
    public ImmutableArray<LogTemplate> Templates =>
        [.. _groups.Values.SelectMany(g => g).OrderByDescending(c => c.Count).ThenBy(c => c.Born)
            .Select(c => new LogTemplate(string.Join(' ', c.Words), c.Count, c.Severity, c.FirstSeen, c.LastSeen))];

    /// <summary>Takes lines with one masked text in.</summary>
    /// <param name="masked">By <see cref="LogMask"/>.</param>
    /// <param name="count">How many lines.</param>
    /// <param name="severity">The severest of them.</param>
    /// <param name="time">Of the newest, ms.</param>
    public void Add(string masked, long count, LogSeverity severity, long time)
    {
        if (count <= 0 || masked.Length == 0) return;
        Lines += count;
        var words = masked.Split(' ', LogMask.MaxTokens, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0) return;
        string key = KeyOf(words);
        if (!_groups.TryGetValue(key, out var group)) _groups.Add(key, group = []);
        var (cluster, similarity) = (default(LogCluster), -1.0);
        foreach (var each in group)
        {
            double s = each.SimilarityTo(words);
            if (s > similarity || (s == similarity && each.Wildcards > cluster!.Wildcards)) (cluster, similarity) = (each, s);
        }
        if (cluster is null || similarity < Similarity)
        {
            if (_count >= MaxTemplates) Forget();
            cluster = new LogCluster(words, ++_sequence, time);
            // Its group may just have gone with its last template.
            if (!_groups.TryGetValue(key, out group)) _groups.Add(key, group = []);
            group.Add(cluster);
            _count++;
        }
        cluster.Join(words, count, severity, time);
    }

    /// <summary>Takes over templates that another miner had, as <see cref="Templates"/> shows them.</summary>
    public void Restore(IEnumerable<LogTemplate> templates, long forgotten)
    {
        Forgotten += forgotten;
        foreach (var template in templates.Take(MaxTemplates - _count))
        {
            var words = template.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || template.Count <= 0) continue;
            var cluster = new LogCluster(words, ++_sequence, template.FirstSeen);
            cluster.Join(words, template.Count, template.Severity, template.LastSeen);
            string key = KeyOf(words);
            if (!_groups.TryGetValue(key, out var group)) _groups.Add(key, group = []);
            group.Add(cluster);
            _count++;
            Lines += template.Count;
        }
    }

    private static string KeyOf(string[] words)
    {
        var key = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{words.Length}");
        // A first word that varies does not lead anywhere.
        for (int i = 0; i < Math.Min(PrefixWords, words.Length - 1); i++) key.Append(' ').Append(words[i].Contains(LogMask.Wildcard, StringComparison.Ordinal) ? LogMask.Wildcard : words[i]);
        return key.ToString();
    }

    private void Forget()
    {
        var (key, least) = _groups.SelectMany(g => g.Value.Select(c => (g.Key, Cluster: c))).MinBy(c => (c.Cluster.Count, c.Cluster.LastSeen, c.Cluster.Born));
        Forgotten += least.Count;
        _groups[key].Remove(least);
        if (_groups[key].Count == 0) _groups.Remove(key);
        _count--;
    }
}

/// <param name="Text">With <c>&lt;*&gt;</c> where lines differ.</param>
/// <param name="Count">Lines.</param>
/// <param name="Severity">The severest of them.</param>
/// <param name="FirstSeen">Ms.</param>
/// <param name="LastSeen">Ms.</param>
public sealed record LogTemplate(string Text, long Count, LogSeverity Severity, long FirstSeen, long LastSeen);

/// <summary>A template in the making.</summary>
internal sealed class LogCluster(string[] words, long born, long time)
{
    public string[] Words { get; } = [.. words];
    public long Born => born;
    public long Count { get; private set; }
    public LogSeverity Severity { get; private set; }
    public long FirstSeen { get; private set; } = time;
    public long LastSeen { get; private set; } = time;

    public int Wildcards => Words.Count(w => w == LogMask.Wildcard);

    /// <summary>
    /// Share of the words that are equal. Numbers are masked; one that still stands in a masked text was left there on purpose, as a status is, and so was the verb of a
    /// quoted command: these keep lines apart.
    /// </summary>
    public double SimilarityTo(string[] other)
    {
        int equal = 0;
        for (int i = 0; i < Words.Length; i++)
        {
            if (Words[i] == other[i]) equal++;
            else if (IsKept(Words[i]) || IsKept(other[i])) return 0;
        }
        return equal / (double)Words.Length;
    }

    public void Join(string[] other, long count, LogSeverity severity, long time)
    {
        for (int i = 0; i < Words.Length; i++)
            if (Words[i] != other[i]) Words[i] = LogMask.Wildcard;
        Count += count;
        if (severity > Severity) Severity = severity;
        FirstSeen = Math.Min(FirstSeen, time);
        LastSeen = Math.Max(LastSeen, time);
    }

    private static bool IsKept(string word) =>
        !word.AsSpan().ContainsAnyExceptInRange('0', '9') || (word.Length > 3 && (word[0] is '"' or '\'') && !word.AsSpan(1).ContainsAnyExceptInRange('A', 'Z'));
}
