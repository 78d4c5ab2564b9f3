namespace Evenkeel.Proxy.Message;

/// <summary>Header fields the engine itself looks at; found while parsing, so that nobody has to compare names again.</summary>
public enum KnownHeader : byte
{
    Other, Host, ContentLength, TransferEncoding, Connection, ProxyConnection, KeepAlive, Upgrade, Expect, Te, XForwardedFor, Cookie, SetCookie,
    WwwAuthenticate, ProxyAuthenticate,
}

public static class KnownHeaders
{
    /// <param name="name">In lower case.</param>
    public static KnownHeader Parse(ReadOnlySpan<byte> name)
    {
        switch (name.Length)
        {
            case 2 when name.SequenceEqual("te"u8): return KnownHeader.Te;
            case 4 when name.SequenceEqual("host"u8): return KnownHeader.Host;
            case 6:
                if (name.SequenceEqual("expect"u8)) return KnownHeader.Expect;
                return name.SequenceEqual("cookie"u8) ? KnownHeader.Cookie : KnownHeader.Other;
            case 7 when name.SequenceEqual("upgrade"u8): return KnownHeader.Upgrade;
            case 10:
                if (name.SequenceEqual("connection"u8)) return KnownHeader.Connection;
                if (name.SequenceEqual("keep-alive"u8)) return KnownHeader.KeepAlive;
                return name.SequenceEqual("set-cookie"u8) ? KnownHeader.SetCookie : KnownHeader.Other;
            case 14 when name.SequenceEqual("content-length"u8): return KnownHeader.ContentLength;
            case 15 when name.SequenceEqual("x-forwarded-for"u8): return KnownHeader.XForwardedFor;
            case 16:
                if (name.SequenceEqual("proxy-connection"u8)) return KnownHeader.ProxyConnection;
                return name.SequenceEqual("www-authenticate"u8) ? KnownHeader.WwwAuthenticate : KnownHeader.Other;
            case 17 when name.SequenceEqual("transfer-encoding"u8): return KnownHeader.TransferEncoding;
            case 18 when name.SequenceEqual("proxy-authenticate"u8): return KnownHeader.ProxyAuthenticate;
            default: return KnownHeader.Other;
        }
    }
}
