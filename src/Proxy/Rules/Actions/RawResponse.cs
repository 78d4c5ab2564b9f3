using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Services;

namespace Evenkeel.Proxy.Rules.Actions;

/// <summary>A whole response as an `errorfile` holds it: status line, headers, empty line, body.</summary>
internal sealed class RawResponse
{
    private readonly List<(byte[] Name, byte[] Value)> _headers = [];
    private int _status;
    private byte[] _reason = [];
    private byte[] _body = [];

    /// <summary>Null when there is nothing, or no status line.</summary>
    public static RawResponse? Parse(byte[]? bytes)
    {
        if (bytes is null || !bytes.AsSpan().StartsWith("HTTP/"u8)) return null;
        var response = new RawResponse();
        var rest = bytes.AsSpan();
        var line = NextLine(ref rest);
        var space = line.IndexOf((byte)' ');
        if (space < 0 || line.Length < space + 4) return null;
        response._status = (int)SampleCast.ParseInteger(line.Slice(space + 1, 3));
        response._reason = line.Length > space + 5 ? line[(space + 5)..].ToArray() : [];
        while (true)
        {
            line = NextLine(ref rest);
            if (line.IsEmpty) break;
            var colon = line.IndexOf((byte)':');
            if (colon <= 0) continue;
            var name = System.Text.Encoding.Latin1.GetString(line[..colon]).ToLowerInvariant();
            // The engine frames the answer itself.
            if (name is "content-length" or "connection" or "transfer-encoding") continue;
            response._headers.Add((RuleBinder.Bytes(name), line[(colon + 1)..].Trim(" \t"u8).ToArray()));
        }
        response._body = rest.ToArray();
        return response;
    }

    public void CopyTo(ServiceReply reply)
    {
        reply.Start(_status, _reason);
        foreach (var (name, value) in _headers) reply.Header(name, value);
        reply.Append(_body);
    }

    private static Span<byte> NextLine(ref Span<byte> rest)
    {
        var end = rest.IndexOf((byte)'\n');
        var line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return line.TrimEnd((byte)'\r');
    }
}
