using System.Buffers;
using System.Text;
using Evenkeel.Proxy.Message;

namespace Evenkeel.Proxy.Http1;

/// <summary>The four forms of a request target and how they agree with Host (RFC 9112 §3.2).</summary>
internal static class RequestTarget
{
    private static readonly SearchValues<byte> HostBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=%:[]"u8);

    public static bool IsHost(ReadOnlySpan<byte> host) => host.IndexOfAnyExcept(HostBytes) < 0;

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
        var colon = target.LastIndexOf((byte)':');
        if (colon <= 0 || colon == target.Length - 1 || !IsHost(target) || target[(colon + 1)..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
            return false;
        if (host < 0) return true;
        var value = message.Value(host);
        if (!EqualIgnoreCase(value, target) && !EqualIgnoreCase(value, target[..colon])) return false;
        // A port that CONNECT implies is not repeated in Host.
        var port = target[(colon + 1)..];
        return !(port.SequenceEqual("443"u8) || port.SequenceEqual("80"u8)) || message.SetValue(host, target[..colon]);
    }

    private static bool CheckAbsolute(HttpMessage message, int host)
    {
        var target = message.Target;
        var scheme = target.IndexOf("://"u8);
        if (scheme <= 0) return false;
        var first = scheme + 3;
        var length = target[first..].IndexOfAny((byte)'/', (byte)'?');
        if (length < 0) length = target.Length - first;
        var authority = target.Slice(first, length);
        if (authority.IsEmpty || !IsHost(authority)) return false;
        var bare = WithoutDefaultPort(authority, target[..scheme]);
        if (host >= 0 && !EqualIgnoreCase(WithoutDefaultPort(message.Value(host), target[..scheme]), bare)) return false;
        return bare.Length == authority.Length || CutPort(message, host, first, bare.Length, length);
    }

    private static bool CutPort(HttpMessage message, int host, int first, int bareLength, int length)
    {
        Span<byte> shorter = stackalloc byte[2_048];
        var target = message.Target;
        var kept = target.Length - (length - bareLength);
        if (kept > shorter.Length) return true;
        target[..(first + bareLength)].CopyTo(shorter);
        target[(first + length)..].CopyTo(shorter[(first + bareLength)..]);
        if (host >= 0 && !message.SetValue(host, shorter.Slice(first, bareLength))) return false;
        return message.SetTarget(shorter[..kept]);
    }

    private static ReadOnlySpan<byte> WithoutDefaultPort(ReadOnlySpan<byte> authority, ReadOnlySpan<byte> scheme)
    {
        if (EqualIgnoreCase(scheme, "http"u8) && authority.EndsWith(":80"u8)) return authority[..^3];
        return EqualIgnoreCase(scheme, "https"u8) && authority.EndsWith(":443"u8) ? authority[..^4] : authority;
    }

    private static bool EqualIgnoreCase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        left.Length == right.Length && Ascii.EqualsIgnoreCase(left, right);
}
