using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Proxy.Streams;

/// <summary>What the server is told of the client, and what it must not see: behind the rules of the request.</summary>
public sealed partial class Stream
{
    private void TellServer(BackendSetup back)
    {
        if (back.Model.Options.DropRequestTrailers) _toServer.DropTrailers();
        Front.Rules?.MakeUniqueId(this);
        if (back.Model.Options.Forwarded is not null) back.Rules?.AddForwarded(this);
        (back.ForwardedFor ?? Front.ForwardedFor)?.Apply(Request, ClientAddress, Front.ForwardedFor);
        (back.OriginalTo ?? Front.OriginalTo)?.Apply(Request, LocalAddress, Front.OriginalTo);
    }

    /// <summary>`option http-restrict-req-hdr-names`.</summary>
    /// <returns>False when the request is to be rejected.</returns>
    private bool RestrictHeaderNames(HeaderNamePolicy policy)
    {
        for (var i = Request.HeaderCount - 1; i >= 0; i--)
        {
            if (Request.Known(i) != KnownHeader.Other || IsRestricted(Request.Name(i))) continue;
            if (policy == HeaderNamePolicy.Reject) return false;
            Request.RemoveAt(i);
        }

        return true;
    }

    /// <summary>The section whose rules run answers it with its statistics page.</summary>
    internal bool AsksForPage => (Phase == StreamPhase.BackendRules ? Back!.Services : Front.Services)?.Choose(this) is not null;

    /// <summary>A name of its headers will have the section whose rules run refuse the request.</summary>
    internal bool IsRejectedForNames => (Phase == StreamPhase.BackendRules ? Back!.Model.Options : Front.Model.Options).HeaderNames == HeaderNamePolicy.Reject
        && !RestrictHeaderNames(HeaderNamePolicy.Reject);

    /// <summary>Letters, digits and hyphens; names stand here in lower case.</summary>
    private static bool IsRestricted(ReadOnlySpan<byte> name)
    {
        foreach (var each in name)
            if (!char.IsAsciiLetterLower((char)each) && !char.IsAsciiDigit((char)each) && each != '-') return false;
        return true;
    }

    /// <returns>False when the stream has gone on to the answer that refuses the request.</returns>
    private bool PassHeaderNames(HeaderNamePolicy policy)
    {
        if (policy == HeaderNamePolicy.Preserve || RestrictHeaderNames(policy)) return true;
        DenyStatus = 403;
        DenyRequest(isReject: false);
        return false;
    }
}
