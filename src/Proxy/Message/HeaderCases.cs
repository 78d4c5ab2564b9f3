using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;

namespace Evenkeel.Proxy.Message;

/// <summary>`h1-case-adjust`: names that are written in capitals for clients or servers that know no better.</summary>
public sealed class HeaderCases
{
    private readonly FrozenDictionary<string, byte[]> _names;
    private readonly FrozenDictionary<string, byte[]>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    private HeaderCases(ImmutableDictionary<string, string> names)
    {
        _names = names.ToFrozenDictionary(pair => pair.Key, pair => Encoding.Latin1.GetBytes(pair.Value), StringComparer.Ordinal);
        _lookup = _names.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Null when there is nothing to adjust.</summary>
    public static HeaderCases? From(ImmutableDictionary<string, string> names, bool isWanted) => isWanted && !names.IsEmpty ? new HeaderCases(names) : null;

    /// <summary>Rewrites a name in lower case where it stands.</summary>
    public void Adjust(Span<byte> name)
    {
        const int MaxName = 128;
        if (name.Length > MaxName) return;
        Span<char> key = stackalloc char[MaxName];
        _ = Encoding.Latin1.GetChars(name, key);
        if (_lookup.TryGetValue(key[..name.Length], out var adjusted)) adjusted.CopyTo(name);
    }
}
