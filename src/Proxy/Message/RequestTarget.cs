namespace Evenkeel.Proxy.Message;

/// <summary>The parts of a request target (RFC 9110 §7.1): origin form `/p?q`, absolute form `http://a/p?q`, authority form, `*`.</summary>
public readonly ref struct RequestTarget
{
    private readonly ReadOnlySpan<byte> _target;
    private readonly int _pathStart;

    public RequestTarget(ReadOnlySpan<byte> target)
    {
        _target = target;
        _pathStart = FindPath(target);
    }

    /// <summary>False for `*` and authority form.</summary>
    public bool HasPath => _pathStart >= 0;

    /// <summary>Scheme and authority of the absolute form; empty otherwise.</summary>
    public ReadOnlySpan<byte> Prefix => _pathStart > 0 ? _target[.._pathStart] : default;

    /// <summary>From the first slash to the question mark; empty in `http://a?q`.</summary>
    public ReadOnlySpan<byte> Path
    {
        get
        {
            if (_pathStart < 0) return default;
            var path = _target[_pathStart..];
            var question = path.IndexOf((byte)'?');
            return question < 0 ? path : path[..question];
        }
    }

    /// <summary>From the first slash to the end; in `http://a?q` from the question mark on.</summary>
    public ReadOnlySpan<byte> PathAndQuery => _pathStart < 0 ? default : _target[_pathStart..];

    /// <summary>Up to the first question mark.</summary>
    public ReadOnlySpan<byte> BeforeQuery => _target.IndexOf((byte)'?') is >= 0 and var question ? _target[..question] : _target;

    public bool HasQuery => _target.Contains((byte)'?');

    /// <summary>Behind the first question mark.</summary>
    public ReadOnlySpan<byte> Query
    {
        get
        {
            var question = _target.IndexOf((byte)'?');
            return question < 0 ? default : _target[(question + 1)..];
        }
    }

    /// <summary>`host:port` of the absolute form.</summary>
    public ReadOnlySpan<byte> Authority
    {
        get
        {
            var scheme = _target.IndexOf("://"u8);
            if (_target.IsEmpty || _target[0] == '/' || scheme < 0) return default;
            var rest = _target[(scheme + 3)..];
            var end = rest.IndexOfAny((byte)'/', (byte)'?');
            return end < 0 ? rest : rest[..end];
        }
    }

    private static int FindPath(ReadOnlySpan<byte> target)
    {
        if (target.IsEmpty || target[0] == '*') return -1;
        if (target[0] == '/') return 0;
        var scheme = target.IndexOf("://"u8);
        if (scheme < 0) return -1;
        var end = target[(scheme + 3)..].IndexOfAny((byte)'/', (byte)'?');
        return end < 0 ? -1 : scheme + 3 + end;
    }
}
