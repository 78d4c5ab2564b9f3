using System.Buffers.Binary;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Fetches;

/// <summary>A TLS hello that passes through undeciphered (configuration.txt 7.3.5 "req.ssl_sni" and its kin).</summary>
internal static class HelloFetches
{
    private const int ServerName = 0;
    private const int SupportedGroups = 10;
    private const int SignatureAlgorithms = 13;
    private const int Alpn = 16;
    private const int SessionTicket = 35;
    private const int KeyShare = 51;

    public static readonly FetchRow[] Rows =
    [
        Type("req.ssl_hello_type", SampleSource.RequestBuffer),
        Type("req_ssl_hello_type", SampleSource.RequestBuffer),
        Type("res.ssl_hello_type", SampleSource.ResponseBuffer),
        Type("rep_ssl_hello_type", SampleSource.ResponseBuffer),
        Fetch.Of("req.ssl_ver", SampleType.Integer, SampleSource.RequestBuffer, Version),
        Fetch.Of("req_ssl_ver", SampleType.Integer, SampleSource.RequestBuffer, Version),
        Row("req.ssl_sni", SampleType.String, SniOf),
        Row("req_ssl_sni", SampleType.String, SniOf),
        Row("req.ssl_alpn", SampleType.String, AlpnOf),
        Row("req.ssl_cipherlist", SampleType.Binary, (in hello, context, ref sample) =>
        {
            sample.SetBinary(hello.CipherSuites);
            return !hello.CipherSuites.IsEmpty;
        }),
        Row("req.ssl_ec_ext", SampleType.Boolean, (in hello, context, ref sample) =>
        {
            sample.SetBoolean(true);
            return hello.TryExtension(SupportedGroups, out _);
        }),
        Row("req.ssl_st_ext", SampleType.Integer, (in hello, context, ref sample) =>
        {
            var has = hello.TryExtension(SessionTicket, out var ticket);
            sample.SetInteger(ticket.IsEmpty ? 1 : 2);
            return has;
        }),
        Row("req.ssl_supported_groups", SampleType.Binary, (in hello, context, ref sample) => ListOf(hello, SupportedGroups, ref sample)),
        Row("req.ssl_sigalgs", SampleType.Binary, (in hello, context, ref sample) => ListOf(hello, SignatureAlgorithms, ref sample)),
        Row("req.ssl_keyshare_groups", SampleType.Binary, KeyShareGroups),
    ];

    private delegate bool PartOf(in ClientHello hello, SampleContext context, ref Sample sample);

    /// <summary>Bytes still as they came; none once a stream is in HTTP mode, whose bytes are a message by then.</summary>
    private static bool TryRead(SampleContext context, bool response, out ClientHello hello)
    {
        hello = default;
        if (context.Stream is not { IsHttp: false } stream) return false;
        var state = ClientHello.Read(response ? stream.ResponseBody : stream.RequestBody, out hello);
        if (state == HelloState.Incomplete) context.MayChange = !context.IsFinal;
        return state == HelloState.Complete;
    }

    private static FetchRow Row(string name, SampleType type, PartOf part) =>
        Fetch.Of(name, type, SampleSource.RequestBuffer, (context, _, ref sample) =>
            TryRead(context, response: false, out var hello) && hello.Type == 1 && part(hello, context, ref sample));

    private static FetchRow Type(string name, SampleSource source) =>
        Fetch.Of(name, SampleType.Integer, source, (context, _, ref sample) =>
        {
            if (!TryRead(context, source == SampleSource.ResponseBuffer, out var hello)) return false;
            sample.SetInteger(hello.Type);
            return true;
        });

    /// <summary>Of the hello, which SSL 2 begins differently.</summary>
    private static bool Version(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (TryRead(context, response: false, out var hello))
        {
            sample.SetInteger(hello.Version);
            return true;
        }
        if (context.Stream is not { IsHttp: false } stream) return false;
        var bytes = stream.RequestBody;
        // SSL 2: a length of two bytes whose highest bit is set, message 1 (client hello), the version.
        if (bytes.Length < 5 || (bytes[0] & 0x80) == 0 || bytes[2] != 1) return false;
        var length = (bytes[0] & 0x7F) << 8 | bytes[1];
        if (length < 9 || bytes.Length < length + 2)
        {
            if (length >= 9) context.MayChange = !context.IsFinal;
            return false;
        }
        // The two bytes of version 2 are 0 and 2: as the original, the second is the major number of all later ones.
        sample.SetInteger(bytes[3] << 16 | bytes[4]);
        return true;
    }

    /// <summary>The first host name (RFC 6066 3).</summary>
    private static bool SniOf(in ClientHello hello, SampleContext context, ref Sample sample)
    {
        if (!hello.TryExtension(ServerName, out var content) || !ClientHello.TryTake(ref content, lengthBytes: 2, out var names)) return false;
        while (!names.IsEmpty)
        {
            var isHostName = names[0] == 0;
            names = names[1..];
            if (!ClientHello.TryTake(ref names, lengthBytes: 2, out var name)) return false;
            if (!isHostName) continue;
            sample.SetString(name);
            return true;
        }
        return false;
    }

    /// <summary>The protocol the client likes best (RFC 7301 3.1).</summary>
    private static bool AlpnOf(in ClientHello hello, SampleContext context, ref Sample sample)
    {
        if (!hello.TryExtension(Alpn, out var content) || !ClientHello.TryTake(ref content, lengthBytes: 2, out var protocols)) return false;
        if (!ClientHello.TryTake(ref protocols, lengthBytes: 1, out var first)) return false;
        sample.SetString(first);
        return true;
    }

    private static bool ListOf(in ClientHello hello, int extension, ref Sample sample)
    {
        if (!hello.TryExtension(extension, out var content) || !ClientHello.TryTake(ref content, lengthBytes: 2, out var list)) return false;
        sample.SetBinary(list);
        return true;
    }

    /// <summary>The numbers of the groups, without their keys.</summary>
    private static bool KeyShareGroups(in ClientHello hello, SampleContext context, ref Sample sample)
    {
        if (!hello.TryExtension(KeyShare, out var content) || !ClientHello.TryTake(ref content, lengthBytes: 2, out var shares)) return false;
        var free = context.Scratch.Free;
        var length = 0;
        while (shares.Length >= 4 && length + 2 <= free.Length)
        {
            var group = BinaryPrimitives.ReadUInt16BigEndian(shares);
            shares = shares[2..];
            if (!ClientHello.TryTake(ref shares, lengthBytes: 2, out _)) break;
            BinaryPrimitives.WriteUInt16BigEndian(free[length..], group);
            length += 2;
        }
        sample.SetBinary(context.Scratch.Keep(length));
        return length > 0;
    }
}
