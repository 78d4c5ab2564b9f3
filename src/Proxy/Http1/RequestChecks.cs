using Evenkeel.Proxy.Message;

namespace Evenkeel.Proxy.Http1;

/// <summary>
/// Decides what a request's head means and refuses what two readers could understand differently: head -> <b>RequestChecks</b> -> rules. Hop-by-hop words
/// about this connection are taken out, since the next one has its own.
/// </summary>
/// <remarks>Source: RFC 9112 §3.2, §6; configuration.txt "option accept-unsafe-violations-in-http-request"; behaviour of HAProxy 3.5 on the wire.</remarks>
public static class RequestChecks
{
    private const int Good = 0;
    private const int BadRequest = 400;
    private const int PayloadTooLarge = 413;
    private const int Unprocessable = 422;

    /// <remarks>PRI is no method but the beginning of HTTP/2's preface; a WebSocket handshake without its key is none (RFC 6455 section 4.1).</remarks>
    /// <returns>0 when the request may go on, else the status to refuse it with.</returns>
    public static int Check(HttpMessage message, out MessageFraming framing, HttpLenience lenience = HttpLenience.None)
    {
        framing = default;
        var headers = new FramingHeaders(message);
        var host = -1;
        var hasUpgrade = false;
        for (var i = 0; i < message.HeaderCount; i++)
        {
            switch (message.Known(i))
            {
                case KnownHeader.Other: break;
                case KnownHeader.ContentLength:
                    if (!headers.TakeContentLength(ref i)) return BadRequest;
                    break;
                case KnownHeader.TransferEncoding:
                    if (!headers.TakeTransferEncoding(i)) return BadRequest;
                    break;
                case KnownHeader.Host:
                    if (!TakeHost(message, ref i, ref host)) return BadRequest;
                    break;
                case KnownHeader.Connection: headers.TakeConnection(ref i); break;
                case KnownHeader.Upgrade: hasUpgrade = true; break;
                case KnownHeader.Te: ReduceTe(message, ref i); break;
            }
        }

        if (!RequestTarget.Check(message, host) || message.Method.SequenceEqual("PRI"u8)) return BadRequest;
        framing.CloseAfter = headers.Close || (message.MinorVersion == 0 && !headers.KeepAlive);
        var status = DecideBody(message, in headers, ref framing, lenience);
        if (status != Good) return status;
        framing.Upgrade = hasUpgrade && headers.UpgradeToken && !AsksForH2(message);
        if ((hasUpgrade || headers.UpgradeToken) && !framing.Upgrade) FramingHeaders.DropUpgrade(message);
        return framing.Upgrade && AsksFor(message, "websocket"u8) && message.Find("sec-websocket-key"u8) < 0 ? BadRequest : Good;
    }

    private static int DecideBody(HttpMessage message, in FramingHeaders headers, ref MessageFraming framing, HttpLenience lenience)
    {
        if (headers.HasTransferEncoding)
        {
            if (!headers.Chunked) return BadRequest;
            if (headers.OtherCoding) return Unprocessable;
            framing.Body = BodyKind.Chunked;
            var coding = message.Find(KnownHeader.TransferEncoding);
            if (!message.Value(coding).SequenceEqual("chunked"u8)) message.SetValue(coding, "chunked"u8);
            if (headers.HasLength) message.Remove(KnownHeader.ContentLength);
            // Somebody before us may have read another length: nothing behind this request is trusted (RFC 9112 §6.1).
            var isInsecure = headers.HasLength || message.MinorVersion == 0;
            if (isInsecure && (lenience & HttpLenience.InsecureTransferEncoding) == 0) framing.CloseAfter = true;
        }
        else if (headers.HasLength && headers.Length > 0)
        {
            framing.Body = BodyKind.Length;
            framing.Length = headers.Length;
        }

        var mayCarryBody = (lenience & HttpLenience.AnyPayload) != 0
            || message.MinorVersion > 0 || message.KnownMethod is not (HttpMethod.Get or HttpMethod.Head or HttpMethod.Delete);
        return framing.Body == BodyKind.None || mayCarryBody ? Good : PayloadTooLarge;
    }

    /// <summary>One Host; equal repetitions are dropped, different ones refused.</summary>
    private static bool TakeHost(HttpMessage message, ref int index, ref int host)
    {
        if (host < 0)
        {
            host = index;
            return RequestTarget.IsHost(message.Value(index));
        }

        if (!message.Value(index).SequenceEqual(message.Value(host))) return false;
        message.RemoveAt(index--);
        return true;
    }

    /// <summary>Of what a client accepts, only trailers can be promised for the next hop.</summary>
    private static void ReduceTe(HttpMessage message, ref int index)
    {
        if (message.Value(index).SequenceEqual("trailers"u8)) return;
        if (HeaderWords.Contains(message.Value(index), "trailers"u8)) message.SetValue(index, "trailers"u8);
        else message.RemoveAt(index--);
    }

    private static bool AsksForH2(HttpMessage message) => AsksFor(message, "h2c"u8) || AsksFor(message, "h2"u8);

    private static bool AsksFor(HttpMessage message, ReadOnlySpan<byte> protocol) =>
        HeaderWords.Contains(message.Value(message.Find(KnownHeader.Upgrade)), protocol);
}
