using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Http1;

/// <summary>What an operator lets pass that HTTP forbids.</summary>
[Flags]
public enum HttpLenience : byte
{
    None = 0,

    /// <summary>`accept-unsafe-violations-*`: characters that do not belong into names and targets.</summary>
    Characters = 1,

    /// <summary>`h1-accept-payload-with-any-method`: GET, HEAD and DELETE of HTTP/1.0 with a body.</summary>
    AnyPayload = 2,

    /// <summary>`h1-do-not-close-on-insecure-transfer-encoding`.</summary>
    InsecureTransferEncoding = 4,
}

internal static class Leniences
{
    public static HttpLenience Of(GlobalModel global, bool acceptsUnsafe) => (acceptsUnsafe ? HttpLenience.Characters : 0)
        | (global.AcceptsAnyPayload ? HttpLenience.AnyPayload : 0) | (global.KeepsInsecureConnections ? HttpLenience.InsecureTransferEncoding : 0);
}
