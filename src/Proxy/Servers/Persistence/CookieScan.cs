using System.Buffers;

namespace Evenkeel.Proxy.Servers.Persistence;

/// <summary>
/// Goes through the cookies of one Cookie header as the original cuts them: at semicolons and commas outside of quotes, with the blanks around a name and
/// in front of a value left out.
/// </summary>
internal ref struct CookieScan(ReadOnlySpan<byte> header)
{
    private static readonly SearchValues<byte> Ends = SearchValues.Create(";,\""u8);

    private readonly ReadOnlySpan<byte> _header = header;
    private int _next;

    /// <summary>What stood in front of this cookie; 0 for the first.</summary>
    public byte Separator { get; private set; }

    /// <summary>Blanks between the separator and the name.</summary>
    public ReadOnlySpan<byte> Indent { get; private set; }

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>To the separator, blanks at its end included.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>A name without an equals sign has no value.</summary>
    public bool HasValue { get; private set; }

    /// <summary>Nothing was left out around the equals sign: name, sign and value stand together.</summary>
    public bool IsTight { get; private set; }

    public bool MoveNext()
    {
        if (_next > _header.Length) return false;
        Separator = _next == 0 ? (byte)0 : _header[_next - 1];
        var cookie = _header[_next..(_next + LengthToEnd(_header[_next..]))];
        _next += cookie.Length + 1;
        var indent = cookie.IndexOfAnyExcept((byte)' ', (byte)'\t');
        if (indent < 0) indent = cookie.Length;
        Indent = cookie[..indent];
        cookie = cookie[indent..];
        var equals = cookie.IndexOf((byte)'=');
        HasValue = equals >= 0;
        var name = equals < 0 ? cookie : cookie[..equals];
        Name = equals < 0 ? name : name.TrimEnd(" \t"u8);
        Value = equals < 0 ? default : cookie[(equals + 1)..].TrimStart(" \t"u8);
        IsTight = equals < 0 || Name.Length + 1 + Value.Length == cookie.Length;
        return true;
    }

    /// <summary>Without its quotes' contents being looked at; a backslash in quotes takes the next byte with it.</summary>
    private static int LengthToEnd(ReadOnlySpan<byte> rest)
    {
        var at = 0;
        while (true)
        {
            var next = rest[at..].IndexOfAny(Ends);
            if (next < 0) return rest.Length;
            at += next;
            if (rest[at] != '"') return at;
            at++;
            while (at < rest.Length && rest[at] != '"') at += rest[at] == '\\' ? 2 : 1;
            at = Math.Min(at + 1, rest.Length);
        }
    }
}
