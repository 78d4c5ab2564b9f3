using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Message;

namespace Evenkeel.Proxy.Servers.Persistence;

/// <remarks>The response: what the server said of the cookie is replaced or taken out, and the client gets its own.</remarks>
public sealed partial class PersistenceCookie
{
    /// <summary>Room that a cookie of ours needs at most besides its name, value and attributes: `=`, two dates with their marks.</summary>
    private const int Overhead = 64;

    private static ReadOnlySpan<byte> Forgetting => "; Expires=Thu, 01-Jan-1970 00:00:01 GMT"u8;

    /// <summary>Edits the response's cookies.</summary>
    /// <param name="isDirect">The server was chosen by a cookie or a rule, not by balancing.</param>
    /// <param name="isIgnored">`ignore-persist` holds for this request: no cookie is given.</param>
    /// <param name="requestMethod">As the server got it.</param>
    /// <returns>The fourth letter of the termination state: N, I, U, P, R or D.</returns>
    public byte Answer(HttpMessage response, Server server, in CookieFinding finding, bool isDirect, bool isIgnored, HttpMethod requestMethod,
        long nowSeconds, Span<byte> work)
    {
        var caching = _model.NoCache ? Cacheability.Of(response, requestMethod) : Caching.None;
        var flag = TakeServersCookie(response, server, work);
        var isWanted = _model.Mode == CookieMode.Insert && !isIgnored && !(_model.Preserves && flag == 'P')
            && (!_model.PostOnly || requestMethod == HttpMethod.Post) && (!isDirect || finding.NeedsUpdate);
        if (!isWanted) return flag;
        var updates = isDirect && finding.NeedsUpdate;
        if (!response.Add("set-cookie"u8, work[..Write(server, updates ? finding.FirstDate : 0, nowSeconds, work)])) return flag;
        if ((caching & Caching.Cacheable) != 0) _ = response.Add("cache-control"u8, "private"u8);
        return updates ? (byte)'U' : (byte)'I';
    }

    /// <summary>The cookie as the server set it: passed, rewritten or taken out.</summary>
    private byte TakeServersCookie(HttpMessage response, Server server, Span<byte> work)
    {
        var flag = (byte)'N';
        for (var index = response.Find(KnownHeader.SetCookie); index >= 0; index = response.Find(KnownHeader.SetCookie, index + 1))
        {
            var field = response.Value(index);
            var end = field.IndexOf((byte)';');
            var pair = end < 0 ? field : field[..end];
            var equals = pair.IndexOf((byte)'=');
            if (equals < 0 || !pair[..equals].Trim(" \t"u8).SequenceEqual(_name)) continue;
            var value = pair[(equals + 1)..].TrimStart(" \t"u8);
            var trailing = value[value.TrimEnd(" \t"u8).Length..];
            value = value[..^trailing.Length];
            if (!_model.Preserves && (_model.Mode == CookieMode.Insert || _model.IsIndirect))
            {
                response.RemoveAt(index--);
                flag = (byte)'D';
                continue;
            }

            var isOurs = _model.Mode is CookieMode.Rewrite or CookieMode.Prefix && server.CookieValue is not null;
            flag = isOurs ? (byte)'R' : (byte)'P';
            if (work.Length < field.Length + (server.CookieValue?.Length ?? 0) + Overhead) continue;
            var length = 0;
            Put(work, ref length, _name);
            Put(work, ref length, "="u8);
            if (isOurs) Put(work, ref length, server.CookieValue);
            if (isOurs && _model.Mode == CookieMode.Prefix) Put(work, ref length, [PrefixMark]);
            if (!isOurs || _model.Mode == CookieMode.Prefix) Put(work, ref length, value);
            Put(work, ref length, trailing);
            if (end >= 0) Put(work, ref length, field[end..]);
            _ = response.SetValue(index, work[..length]);
        }

        return flag;
    }

    private int Write(Server server, int firstDate, long nowSeconds, Span<byte> work)
    {
        if (work.Length < _name.Length + _attributes.Length + (server.CookieValue?.Length ?? 0) + Overhead) return 0;
        var length = 0;
        Put(work, ref length, _name);
        Put(work, ref length, "="u8);
        if (server.CookieValue is { } value)
        {
            Put(work, ref length, value);
            var now = CookieDate.Of(nowSeconds);
            if (NamesLastVisit) PutDate(work, ref length, now);
            if (NamesFirstVisit) PutDate(work, ref length, firstDate == 0 ? now : firstDate);
        }
        else
        {
            // A server without a value: whatever the client has led elsewhere.
            Put(work, ref length, Forgetting);
        }

        Put(work, ref length, _attributes);
        return length;
    }

    private static void PutDate(Span<byte> work, ref int length, int date)
    {
        work[length++] = DateMark;
        CookieDate.Write(date, work[length..]);
        length += CookieDate.Length;
    }
}
