using Evenkeel.Model;

namespace Evenkeel.Config.Haproxy;

/// <summary>One line of the configuration as words: the keyword, then its arguments. A `no` or `default` in front is taken off and remembered.</summary>
public readonly record struct Statement(string[] Words, SourcePosition Position)
{
    public bool IsNegated { get; init; }

    public bool IsReset { get; init; }

    public string Keyword => this[0];

    public int Count => Words.Length;

    /// <summary>The word at an index, empty past the end: the original reads a missing argument as an empty one.</summary>
    public string this[int index] => index < Words.Length ? Words[index] : "";

    public bool Has(int index) => this[index].Length > 0;

    public ReadOnlySpan<string> From(int index) => index < Words.Length ? Words.AsSpan(index) : [];

    /// <summary>The words from an index on, joined by single spaces.</summary>
    public string Rest(int index) => string.Join(' ', Words.Skip(index));
}
