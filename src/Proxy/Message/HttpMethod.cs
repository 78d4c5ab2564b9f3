namespace Evenkeel.Proxy.Message;

/// <summary>Request methods that are treated in a way of their own; every other token is <see cref="Other"/> (RFC 9110 §9).</summary>
public enum HttpMethod : byte { Other, Options, Get, Head, Post, Put, Delete, Trace, Connect }

public static class HttpMethods
{
    /// <summary>Method names are case-sensitive.</summary>
    public static HttpMethod Parse(ReadOnlySpan<byte> name) => name.Length switch
    {
        3 when name.SequenceEqual("GET"u8) => HttpMethod.Get,
        3 when name.SequenceEqual("PUT"u8) => HttpMethod.Put,
        4 when name.SequenceEqual("POST"u8) => HttpMethod.Post,
        4 when name.SequenceEqual("HEAD"u8) => HttpMethod.Head,
        5 when name.SequenceEqual("TRACE"u8) => HttpMethod.Trace,
        6 when name.SequenceEqual("DELETE"u8) => HttpMethod.Delete,
        7 when name.SequenceEqual("OPTIONS"u8) => HttpMethod.Options,
        7 when name.SequenceEqual("CONNECT"u8) => HttpMethod.Connect,
        _ => HttpMethod.Other,
    };

    /// <summary>Empty for one that is none of these.</summary>
    public static ReadOnlySpan<byte> NameOf(HttpMethod method) => method switch
    {
        HttpMethod.Get => "GET"u8,
        HttpMethod.Put => "PUT"u8,
        HttpMethod.Post => "POST"u8,
        HttpMethod.Head => "HEAD"u8,
        HttpMethod.Trace => "TRACE"u8,
        HttpMethod.Delete => "DELETE"u8,
        HttpMethod.Options => "OPTIONS"u8,
        HttpMethod.Connect => "CONNECT"u8,
        _ => default,
    };
}
