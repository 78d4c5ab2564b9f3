using System.Buffers;
using Evenkeel.Proxy.Message;

namespace Evenkeel.Proxy.Http1;

/// <summary>The first line of a request or response (RFC 9112 §3, §4).</summary>
internal static class Http1StartLine
{
    /// <summary>Visible ASCII but `#`: a fragment never goes on the wire.</summary>
    private static readonly SearchValues<byte> TargetBytes = SearchValues.Create(MakeTargetBytes());

    private static readonly SearchValues<byte> ControlBytes = SearchValues.Create([.. Enumerable.Range(0, 0x21).Select(value => (byte)value), 0x7F]);

    public static bool ParseRequest(HttpMessage message, ReadOnlySpan<byte> line, int offset, bool isLenient = false)
    {
        var methodLength = line.IndexOf((byte)' ');
        if (methodLength <= 0) return false;
        foreach (var each in line[..methodLength])
            if (!HeaderBytes.IsToken(each)) return false;
        var target = SkipSpaces(line, methodLength);
        var targetLength = line[target..].IndexOf((byte)' ');
        if (targetLength <= 0) return false;
        var isClean = line.Slice(target, targetLength).IndexOfAnyExcept(TargetBytes) < 0;
        // What is let through when asked for: fragments, and bytes beyond ASCII; never control characters.
        if (!isClean && (!isLenient || line.Slice(target, targetLength).ContainsAny(ControlBytes))) return false;
        var version = SkipSpaces(line, target + targetLength);
        if (!TryParseVersion(line[version..], out var minor) || line.Length - version != VersionLength) return false;
        message.ReceivedRequestLine(new HttpMessage.Piece(offset, methodLength), new HttpMessage.Piece(offset + target, targetLength),
            new HttpMessage.Piece(offset + version, VersionLength), minor);
        return true;
    }

    /// <remarks>Differs from HAProxy: a status that does not have three digits is refused.</remarks>
    public static bool ParseStatus(HttpMessage message, ReadOnlySpan<byte> line, int offset)
    {
        if (!TryParseVersion(line, out var minor)) return false;
        var code = SkipSpaces(line, VersionLength);
        if (code == VersionLength || line.Length - code < 3) return false;
        var status = 0;
        for (var i = code; i < code + 3; i++)
        {
            if (!char.IsAsciiDigit((char)line[i])) return false;
            status = status * 10 + (line[i] - '0');
        }

        if (status < 100 || (line.Length > code + 3 && line[code + 3] != ' ')) return false;
        var reason = SkipSpaces(line, code + 3);
        if (line[reason..].IndexOfAny((byte)0, (byte)'\r') >= 0) return false;
        message.ReceivedStatusLine(minor, status, new HttpMessage.Piece(offset + reason, line.Length - reason));
        return true;
    }

    /// <summary>The beginning of a line without its end may still become a request.</summary>
    public static bool MayBecomeRequest(ReadOnlySpan<byte> start)
    {
        if (start is [(byte)'\r']) return true;
        for (var i = 0; i < start.Length; i++)
            if (!HeaderBytes.IsToken(start[i])) return i > 0 && start[i] == ' ';
        return true;
    }

    /// <summary>The beginning of a line without its end may still become a status line.</summary>
    public static bool MayBecomeStatus(ReadOnlySpan<byte> start)
    {
        var sample = "HTTP/"u8;
        return start[..Math.Min(start.Length, sample.Length)].SequenceEqual(sample[..Math.Min(start.Length, sample.Length)]);
    }

    private const int VersionLength = 8;

    private static bool TryParseVersion(ReadOnlySpan<byte> text, out int minor)
    {
        minor = 1;
        if (text.Length < VersionLength || !text.StartsWith("HTTP/"u8) || text[6] != '.') return false;
        var major = text[5] - '0';
        if (major is < 1 or > 9 || text[7] is < (byte)'0' or > (byte)'9') return false;
        if (major == 1 && text[7] == '0') minor = 0;
        return true;
    }

    private static int SkipSpaces(ReadOnlySpan<byte> line, int from)
    {
        while (from < line.Length && line[from] == ' ') from++;
        return from;
    }

    private static byte[] MakeTargetBytes()
    {
        var bytes = new List<byte>();
        for (var each = 0x21; each < 0x7F; each++)
            if (each != '#') bytes.Add((byte)each);
        return [.. bytes];
    }
}
