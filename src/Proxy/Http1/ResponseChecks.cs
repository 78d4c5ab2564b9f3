using Evenkeel.Proxy.Message;

namespace Evenkeel.Proxy.Http1;

/// <summary>Decides what a response's head means for framing, and refuses ambiguous ones: head -> <b>ResponseChecks</b> -> rules (RFC 9112 §6.3).</summary>
public static class ResponseChecks
{
    /// <param name="method">The request's method as the client sent it.</param>
    /// <param name="upgradeAsked">The request asked for an upgrade, so that 101 may answer it.</param>
    /// <returns>False when the response is invalid: 502.</returns>
    public static bool Check(HttpMessage message, HttpMethod method, bool upgradeAsked, out MessageFraming framing)
    {
        framing = default;
        var headers = new FramingHeaders(message);
        var hasUpgrade = false;
        for (var i = 0; i < message.HeaderCount; i++)
        {
            switch (message.Known(i))
            {
                case KnownHeader.Other: break;
                case KnownHeader.ContentLength:
                    if (!headers.TakeContentLength(ref i)) return false;
                    break;
                case KnownHeader.TransferEncoding:
                    if (!headers.TakeTransferEncoding(i)) return false;
                    break;
                case KnownHeader.Connection: headers.TakeConnection(ref i); break;
                case KnownHeader.Upgrade: hasUpgrade = true; break;
            }
        }

        if (message.Reason.IsEmpty) message.SetReason(StatusReasons.Of(message.Status));
        framing.CloseAfter = headers.Close || (message.MinorVersion == 0 && !headers.KeepAlive);
        framing.Upgrade = message.Status == 101;
        if (framing.Upgrade) return upgradeAsked && hasUpgrade && headers.UpgradeToken;
        if (hasUpgrade || headers.UpgradeToken) FramingHeaders.DropUpgrade(message);
        if (message.Status < 200) return !headers.HasTransferEncoding;
        if (method == HttpMethod.Connect && message.Status < 300)
        {
            // The server speaks of its tunnel from here on, whatever becomes of this answer.
            framing.CloseAfter = true;
            return RemoveFraming(message);
        }

        return DecideBody(message, method, in headers, ref framing);
    }

    private static bool DecideBody(HttpMessage message, HttpMethod method, in FramingHeaders headers, ref MessageFraming framing)
    {
        if (headers.HasTransferEncoding && (!headers.Chunked || headers.OtherCoding)) return false;
        if (headers.HasTransferEncoding && headers.HasLength) message.Remove(KnownHeader.ContentLength);
        if (message.Status == 204) return RemoveFraming(message);
        if (method == HttpMethod.Head || message.Status == 304) return true;
        if (headers.HasTransferEncoding)
        {
            framing.Body = BodyKind.Chunked;
            if (message.MinorVersion == 0) framing.CloseAfter = true;
        }
        else if (headers.HasLength)
        {
            framing.Body = headers.Length == 0 ? BodyKind.None : BodyKind.Length;
            framing.Length = headers.Length;
        }
        else
        {
            framing.Body = BodyKind.UntilClose;
            framing.CloseAfter = true;
        }

        return true;
    }

    private static bool RemoveFraming(HttpMessage message)
    {
        message.Remove(KnownHeader.ContentLength);
        message.Remove(KnownHeader.TransferEncoding);
        return true;
    }
}
