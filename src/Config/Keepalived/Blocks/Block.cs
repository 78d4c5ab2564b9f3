using Evenkeel.Config.Keepalived.Language;

namespace Evenkeel.Config.Keepalived.Blocks;

/// <summary>A table of keywords between braces: `vrrp_instance`, `global_defs`, ..., and the top of the file.</summary>
internal sealed class Block
{
    private readonly Dictionary<string, Keyword> _keywords = new(StringComparer.Ordinal);

    /// <param name="name">The keyword that opens it; empty for the top of the file.</param>
    /// <param name="pass">The process of the original that understands it; the others skip it.</param>
    public Block(string name, ParsePass pass, IEnumerable<Keyword> keywords)
    {
        Name = name;
        Pass = pass;
        foreach (var keyword in keywords) _keywords.Add(keyword.Name, keyword);
    }

    public string Name { get; }

    public ParsePass Pass { get; }

    /// <summary>Called at the closing brace.</summary>
    public Action<KeywordLine>? End { get; init; }

    public IReadOnlyCollection<Keyword> Keywords => _keywords.Values;

    public Keyword? Find(string word) => _keywords.GetValueOrDefault(word);
}
