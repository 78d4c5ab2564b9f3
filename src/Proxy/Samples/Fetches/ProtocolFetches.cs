using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Fetches;

/// <summary>Other protocols that pass through: the cookie of RDP, messages of distcc (configuration.txt 7.3.5 "req.rdp_cookie", "distcc_body").</summary>
internal static class ProtocolFetches
{
    private const int RdpCookieOffset = 11;
    private const int DistccItemLength = 12;

    public static readonly FetchRow[] Rows =
    [
        .. new[] { "req.rdp_cookie", "req_rdp_cookie", "rdp_cookie" }.Select(name => Cookie(name, SampleType.String, (found, value, ref sample) =>
        {
            sample.SetString(value);
            return found;
        })),
        .. new[] { "req.rdp_cookie_cnt", "req_rdp_cookie_cnt", "rdp_cookie_cnt" }.Select(name => Cookie(name, SampleType.Integer, (found, _, ref sample) =>
        {
            sample.SetInteger(found ? 1 : 0);
            return true;
        })),
        Distcc("distcc_param", SampleType.Integer, wantsBody: false),
        Distcc("distcc_body", SampleType.Binary, wantsBody: true),
    ];

    private delegate bool Take(bool found, ReadOnlySpan<byte> value, ref Sample sample);

    private static FetchRow Cookie(string name, SampleType type, Take take) =>
        new(new FetchSignature(name, type, SampleSource.RequestBuffer, [Takes.Text.Optional()]), (context, arguments, ref sample) =>
        {
            // In HTTP there is no such cookie, which can be counted all the same.
            if (context.Stream is not { } stream || stream.IsHttp) return take(found: false, default, ref sample);
            var found = TryCookie(context, stream.RequestBody, arguments.Bytes(0), out var value);
            return take(found, value, ref sample);
        });

    /// <summary>The cookie of a connection request: `Cookie: NAME=VALUE` behind the headers of TPKT and X.224 ([MS-RDPBCGR] 2.2.1.1).</summary>
    private static bool TryCookie(SampleContext context, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> wanted, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (bytes.Length <= RdpCookieOffset)
        {
            context.MayChange = !context.IsFinal;
            return false;
        }
        if (bytes[0] != 3) return false;
        var text = bytes[RdpCookieOffset..];
        if (!text.StartsWith("Cookie:"u8))
        {
            if (text.Length < 7) context.MayChange = !context.IsFinal;
            return false;
        }
        var end = text.IndexOf((byte)'\r');
        if (end < 0)
        {
            context.MayChange = !context.IsFinal;
            return false;
        }
        var pair = text[7..end].TrimStart((byte)' ');
        var equals = pair.IndexOf((byte)'=');
        if (equals < 0 || (!wanted.IsEmpty && !Patterns.ByteStringComparer.Same(pair[..equals], wanted, ignoreCase: true))) return false;
        value = pair[(equals + 1)..];
        return true;
    }

    private static FetchRow Distcc(string name, SampleType type, bool wantsBody) =>
        new(new FetchSignature(name, type, SampleSource.EitherBuffer, [Takes.Text, Takes.Integer.Optional()])
        {
            Check = arguments => arguments.Length > 0 && arguments[0].Text.Length == 4 ? null : "token name must be exactly 4 characters",
        }, (context, arguments, ref sample) =>
        {
            if (context.Stream is not { IsHttp: false } stream) return false;
            var rest = stream.RequestBody;
            var occurrence = arguments.Number(1);
            while (rest.Length >= DistccItemLength)
            {
                if (!TryHex(rest.Slice(4, 8), out var parameter)) return false;
                var token = rest[..4];
                rest = rest[DistccItemLength..];
                // These carry bytes; of the others the number is all there is.
                var hasBody = token.SequenceEqual("ARGV"u8) || token.SequenceEqual("DOTI"u8) || token.SequenceEqual("DOTO"u8)
                    || token.SequenceEqual("SERR"u8) || token.SequenceEqual("SOUT"u8);
                if (token.SequenceEqual(arguments.Bytes(0)) && --occurrence <= 0)
                {
                    if (!wantsBody)
                    {
                        sample.SetInteger(parameter);
                        return true;
                    }
                    if (hasBody && parameter <= rest.Length)
                    {
                        sample.SetBinary(rest[..(int)parameter]);
                        return true;
                    }
                    context.MayChange = hasBody && !context.IsFinal;
                    return false;
                }
                if (!hasBody) continue;
                if (parameter > rest.Length) break;
                rest = rest[(int)parameter..];
            }
            context.MayChange = !context.IsFinal;
            return false;
        });

    private static bool TryHex(ReadOnlySpan<byte> digits, out long value)
    {
        value = 0;
        foreach (var c in digits)
        {
            var digit = HexDigit.ValueOf(c);
            if (digit < 0) return false;
            value = value << 4 | (uint)digit;
        }
        return true;
    }
}
