namespace Evenkeel.Linux.Tls;

/// <summary>Which certificate a name gets: the exact one, else the wildcard of its domain. Made at start, then only read.</summary>
public sealed class TlsNames(bool isStrict)
{
    /// <summary>Longest host name (RFC 1035 §2.3.4).</summary>
    private const int MaxName = 255;

    private readonly Dictionary<string, TlsContext> _contexts = new(StringComparer.Ordinal);

    /// <summary>A client that asks for no known name is refused instead of served with the first certificate.</summary>
    public bool IsStrict => isStrict;

    /// <summary>The first certificate given for a name keeps it.</summary>
    public void Add(string name, TlsContext context) => _contexts.TryAdd(name, context);

    public TlsContext? Find(ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > MaxName) return null;
        Span<char> text = stackalloc char[MaxName + 1];
        for (var i = 0; i < name.Length; i++) text[i] = char.ToLowerInvariant((char)name[i]);
        var exact = text[..name.Length];
        var lookup = _contexts.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(exact, out var context)) return context;
        var dot = exact.IndexOf('.');
        if (dot < 1) return null;
        // `www.example.com` -> `*.example.com`, written over the end of the first label.
        exact[dot - 1] = '*';
        return lookup.TryGetValue(exact[(dot - 1)..], out context) ? context : null;
    }
}
