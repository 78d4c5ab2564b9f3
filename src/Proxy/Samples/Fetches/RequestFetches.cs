using System.Collections.Immutable;
using System.Buffers.Binary;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Servers.Balance;

namespace Evenkeel.Proxy.Samples.Fetches;

/// <summary>The request's start line (configuration.txt 7.3.6).</summary>
internal static class RequestFetches
{
    public static readonly FetchRow[] Rows =
    [
        Fetch.Of("method", SampleType.Method, SampleSource.HttpRequest, Method),
        Fetch.Of("url", SampleType.String, SampleSource.RequestHeaders, (context, _, ref sample) => TrySet(context, context.Request, message =>
            message.Target, ref sample)),
        Fetch.Of("path", SampleType.String, SampleSource.RequestHeaders, Path),
        Fetch.Of("pathq", SampleType.String, SampleSource.RequestHeaders, PathAndQuery),
        new(new FetchSignature("query", SampleType.String, SampleSource.RequestHeaders, [Takes.Text.Optional()]), Query),
        Fetch.Of("base", SampleType.String, SampleSource.RequestHeaders, (context, _, ref sample) => Base(context, withQuery: false, ref sample)),
        Fetch.Of("baseq", SampleType.String, SampleSource.RequestHeaders, (context, _, ref sample) => Base(context, withQuery: true, ref sample)),
        Fetch.Of("base32", SampleType.Integer, SampleSource.RequestHeaders, Base32),
        Fetch.Of("url32", SampleType.Integer, SampleSource.RequestHeaders, Url32),
        Fetch.Of("base32+src", SampleType.Binary, SampleSource.RequestHeaders, (context, arguments, ref sample) => WithSource(context, Base32, ref sample)),
        Fetch.Of("url32+src", SampleType.Binary, SampleSource.RequestHeaders, (context, arguments, ref sample) => WithSource(context, Url32, ref sample)),
        Fetch.Of("url_ip", SampleType.IPv4, SampleSource.RequestHeaders, UrlAddress),
        Fetch.Of("url_port", SampleType.Integer, SampleSource.RequestHeaders, UrlPort),
        Fetch.Of("req.ver", SampleType.String, SampleSource.HttpRequest, RequestVersion),
        Fetch.Of("req_ver", SampleType.String, SampleSource.HttpRequest, RequestVersion),
        Fetch.Boolean("http_first_req", SampleSource.HttpRequest, context => context.Stream is { } stream ? stream.RequestNumber <= 1 : null),
    ];

    private delegate ReadOnlySpan<byte> Part(HttpMessage message);

    private static bool TrySet(SampleContext context, HttpMessage? message, Part part, ref Sample sample)
    {
        if (message is null) return false;
        sample.SetString(part(message));
        return true;
    }

    /// <summary>As in the original, a method of no standard is known only while the request's head is there.</summary>
    private static bool Method(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var request = context.Request;
        var method = RequestLine.Method(context);
        // Nothing is kept of it yet, or it is a relay that rules have looked into: of that a line still knows the method.
        if (method.IsEmpty)
            method = request is not null ? request.Method : context.Stream is { IsHttp: false } relay ? HttpMethods.NameOf(relay.Method) : default;
        // What `set-method` says is only seen where the method is none that has a number.
        if (request is not null && HttpMethods.Parse(method) == HttpMethod.Other) method = request.Method;
        if (method.IsEmpty || ((request is null || context.IsOfLine) && HttpMethods.Parse(method) == HttpMethod.Other)) return false;
        sample.Type = SampleType.Method;
        sample.Bytes = method;
        return true;
    }

    private static bool Path(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (context.Request is not { } request) return false;
        var target = new RequestTarget(request.Target);
        if (!target.HasPath) return false;
        sample.SetString(target.Path);
        return true;
    }

    private static bool PathAndQuery(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (context.Request is not { } request) return false;
        var target = new RequestTarget(request.Target);
        if (!target.HasPath) return false;
        sample.SetString(target.PathAndQuery);
        return true;
    }

    /// <summary>`query(with_qm)` keeps the question mark.</summary>
    private static bool Query(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (context.Request is not { } request) return false;
        var question = request.Target.IndexOf((byte)'?');
        if (question < 0) return false;
        sample.SetString(request.Target[(arguments.Has(0) ? question : question + 1)..]);
        return true;
    }

    private static bool Base(SampleContext context, bool withQuery, ref Sample sample)
    {
        if (context.Request is not { } request) return false;
        var target = new RequestTarget(request.Target);
        var path = withQuery ? target.PathAndQuery : target.Path;
        var host = request.Find(KnownHeader.Host) is >= 0 and var index ? request.Value(index) : default;
        var free = context.Scratch.Free;
        if (free.Length < host.Length + path.Length) return false;
        host.CopyTo(free);
        path.CopyTo(free[host.Length..]);
        sample.SetString(context.Scratch.Keep(host.Length + path.Length));
        return true;
    }

    /// <summary>sdbm and avalanche of `base`.</summary>
    private static bool Base32(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (!Base(context, withQuery: false, ref sample)) return false;
        sample.SetInteger(KeyHashes.Avalanche(KeyHashes.Sdbm(sample.Bytes)));
        return true;
    }

    /// <summary>The same of the host and the whole target.</summary>
    private static bool Url32(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (!Base(context, withQuery: true, ref sample)) return false;
        sample.SetInteger(KeyHashes.Avalanche(KeyHashes.Sdbm(sample.Bytes)));
        return true;
    }

    /// <summary>Four bytes of hash, then the client's address.</summary>
    private static bool WithSource(SampleContext context, SampleFunction hash, ref Sample sample)
    {
        if (context.Session is not { } session || !hash(context, BoundArguments.None, ref sample)) return false;
        var free = context.Scratch.Free;
        if (free.Length < 20) return false;
        BinaryPrimitives.WriteUInt32BigEndian(free, (uint)sample.Integer);
        sample.SetBinary(context.Scratch.Keep(4 + session.ClientAddress.CopyAddressTo(free[4..])));
        return true;
    }

    private static bool UrlAddress(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (context.Request is not { } request) return false;
        var authority = new RequestTarget(request.Target).Authority;
        var colon = authority.IndexOf((byte)':');
        return SampleCast.TryParseAddress(colon < 0 ? authority : authority[..colon], ref sample) && sample.Type == SampleType.IPv4;
    }

    /// <summary>As the original, of an address only: a name and what stands behind it have no value.</summary>
    private static bool UrlPort(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (context.Request is not { } request || !UrlAddress(context, arguments, ref sample)) return false;
        var target = new RequestTarget(request.Target);
        var colon = target.Authority.LastIndexOf((byte)':');
        sample.SetInteger(colon < 0 ? (request.Target.StartsWith("https:"u8) ? 443 : 80) : SampleCast.ParseInteger(target.Authority[(colon + 1)..]));
        return true;
    }

    /// <summary>Also known when the request's head is gone.</summary>
    private static bool RequestVersion(SampleContext context, BoundArguments arguments, ref Sample sample) =>
        context.Request is { } request ? Version(request.ReceivedVersion, ref sample) : Version(RequestLine.Version(context), ref sample);

    /// <summary>"1.1" of "HTTP/1.1".</summary>
    internal static bool Version(ReadOnlySpan<byte> version, ref Sample sample)
    {
        if (!version.StartsWith("HTTP/"u8)) return false;
        sample.SetString(version[5..]);
        return true;
    }
}
