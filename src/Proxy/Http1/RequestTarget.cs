using System.Buffers;
using System.Text;
using Evenkeel.Proxy.Message;

namespace Evenkeel.Proxy.Http1;

/// <summary>The four forms of a request target and how they agree with Host (RFC 9112 §3.2).</summary>
internal static class RequestTarget
{
    private static readonly SearchValues<byte> HostBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+;=%:[]"u8);

    private static readonly SearchValues<byte> SchemeBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-."u8);

    /// <summary>A comma could be read as the end of a list's first element; a bracket that is not closed, as anything.</summary>
    public static bool IsHost(ReadOnlySpan<byte> host) =>
        host.IndexOfAnyExcept(HostBytes) < 0 && (host.IsEmpty || host[0] != '[' || host.Contains((byte)']'));

    /// <param name="host">Index of the Host header, -1 when there is none.</param>
    public static bool Check(HttpMessage message, int host)
    {
        var target = message.Target;
        if (message.KnownMethod == HttpMethod.Connect) return CheckAuthority(message, host);
        if (target[0] == '/') return true;
        if (target is [(byte)'*']) return message.KnownMethod == HttpMethod.Options;
        return CheckAbsolute(message, host);
    }

    private static bool CheckAuthority(HttpMessage message, int host)
    {
        var target = message.Target;
        if (!IsAuthority(target, out var name)) return false;
        var colon = name.LastIndexOf((byte)':');
        if (colon <= 0 || colon == name.Length - 1 || name[(colon + 1)..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0) return false;
        if (host < 0) return true;
        var value = message.Value(host);
        var isImplied = name[colon..] is [.., (byte)':', (byte)'8', (byte)'0'] or [.., (byte)':', (byte)'4', (byte)'4', (byte)'3'];
        // A port that CONNECT implies is not repeated in Host.
        if (EqualIgnoreCase(value, name)) return !isImplied || message.SetValue(host, value[..colon]);
        return isImplied && (EqualIgnoreCase(value, name[..colon]) || EqualIgnoreCase(value, name[..(colon + 1)]));
    }

    /// <summary>Host must name the authority; where its port goes without saying, or the path is missing, both are written in the short form.</summary>
    private static bool CheckAbsolute(HttpMessage message, int host)
    {
        var target = message.Target;
        var scheme = target.IndexOf("://"u8);
        if (scheme <= 0 || !IsScheme(target[..scheme])) return false;
        var first = scheme + 3;
        var length = target[first..].IndexOfAny((byte)'/', (byte)'?');
        if (length < 0) length = target.Length - first;
        if (!IsAuthority(target.Slice(first, length), out var name)) return false;
        var bare = WithoutDefaultPort(name, target[..scheme]);
        if (host >= 0 && !EqualIgnoreCase(WithoutDefaultPort(message.Value(host), target[..scheme]), bare)) return false;
        var hasNoPath = first + length == target.Length;
        return (bare.Length == name.Length && !hasNoPath) || Shorten(message, host, bare, first + length, name.Length - bare.Length, hasNoPath);
    }

    /// <param name="end">Offset behind the authority, whose last <paramref name="cut"/> bytes are a port that goes without saying.</param>
    private static bool Shorten(HttpMessage message, int host, ReadOnlySpan<byte> bare, int end, int cut, bool hasNoPath)
    {
        Span<byte> shorter = stackalloc byte[2_048];
        var target = message.Target;
        if (target.Length >= shorter.Length) return true;
        target[..(end - cut)].CopyTo(shorter);
        target[end..].CopyTo(shorter[(end - cut)..]);
        var length = target.Length - cut;
        if (hasNoPath) shorter[length++] = (byte)'/';
        if (host >= 0 && !message.SetValue(host, shorter.Slice(end - cut - bare.Length, bare.Length))) return false;
        return message.SetTarget(shorter[..length]);
    }

    /// <param name="name">Host and port, without what stands before an `@`.</param>
    private static bool IsAuthority(ReadOnlySpan<byte> authority, out ReadOnlySpan<byte> name)
    {
        name = authority[(authority.LastIndexOf((byte)'@') + 1)..];
        return IsHost(name);
    }

    private static bool IsScheme(ReadOnlySpan<byte> scheme) => char.IsAsciiLetter((char)scheme[0]) && scheme.IndexOfAnyExcept(SchemeBytes) < 0;

    private static ReadOnlySpan<byte> WithoutDefaultPort(ReadOnlySpan<byte> authority, ReadOnlySpan<byte> scheme)
    {
        if (authority.EndsWith(":"u8)) return authority[..^1];
        if (EqualIgnoreCase(scheme, "http"u8) && authority.EndsWith(":80"u8)) return authority[..^3];
        return EqualIgnoreCase(scheme, "https"u8) && authority.EndsWith(":443"u8) ? authority[..^4] : authority;
    }

    private static bool EqualIgnoreCase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        left.Length == right.Length && Ascii.EqualsIgnoreCase(left, right);
}
