using System.Collections.Frozen;

namespace Evenkeel.Config.Haproxy.Keywords;

/// <summary>What this program does with a keyword of the original.</summary>
public enum KeywordSupport
{
    /// <summary>It does what it says.</summary>
    Implemented,

    /// <summary>Read, checked and kept for the part that will use it; it changes nothing yet and could not do harm by that.</summary>
    Kept,

    /// <summary>Accepted; it tunes something that is built differently here, and the reason says so.</summary>
    WithoutEffect,

    /// <summary>Refused with "not supported yet".</summary>
    NotYet,

    /// <summary>Refused for good: it shows or changes something that only the original's own program has, and the reason says what.</summary>
    Refused,

    /// <summary>The original itself refuses it with a text of its own.</summary>
    Removed,
}

/// <summary>One row of a keyword table: what the parser calls, and what the compatibility report says.</summary>
/// <param name="Read">Reads the statement; null when the keyword is refused.</param>
/// <param name="Note">The reason (or, for removed ones, the original's own text).</param>
internal sealed record Keyword<TSection>(string Name, KeywordSupport Support, Action<TSection, Statement>? Read, string Note = "")
{
    /// <summary>Read before all other keywords, while only the environment is prepared.</summary>
    public bool IsEarly { get; init; }
}

/// <summary>A row as the report and the tests see it, whatever it is called for.</summary>
public sealed record KeywordRow(string Kind, string Name, KeywordSupport Support, string Note);

/// <summary>One kind of keywords: the only list the parser and the report have.</summary>
internal sealed class KeywordTable<TSection>
{
    private readonly FrozenDictionary<string, Keyword<TSection>> _byName;

    public KeywordTable(string kind, params IEnumerable<Keyword<TSection>>[] parts)
    {
        Kind = kind;
        Rows = [.. parts.SelectMany(part => part)];
        _byName = Rows.ToFrozenDictionary(row => row.Name, StringComparer.Ordinal);
    }

    public string Kind { get; }

    public IReadOnlyList<Keyword<TSection>> Rows { get; }

    /// <summary>The names worth suggesting for a misspelled one: the original proposes none that it would refuse.</summary>
    public IEnumerable<string> Names => Rows.Where(row => row.Support != KeywordSupport.Removed).Select(row => row.Name);

    public Keyword<TSection>? Find(string name) => _byName.GetValueOrDefault(name);

    public IEnumerable<KeywordRow> Report() => Rows.Select(row => new KeywordRow(Kind, row.Name, row.Support, row.Note));
}
