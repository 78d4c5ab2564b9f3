using System.Text;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Message;

namespace Evenkeel.Proxy.Servers.Persistence;

/// <summary>
/// The `cookie` of a backend, bound: what it reads from a request, what it takes out of it. PersistenceCookie.Response.cs gives the client its cookie.
/// Shared by all workers.
/// </summary>
/// <remarks>Source: configuration.txt 4.2 "cookie"; how blanks and separators are treated was taken from the wire.</remarks>
public sealed partial class PersistenceCookie
{
    /// <summary>Between the server's value and the dates, and in prefix mode between it and the application's value.</summary>
    private const byte DateMark = (byte)'|';
    private const byte PrefixMark = (byte)'~';

    private readonly Backend _backend;
    private readonly CookieModel _model;
    private readonly byte[] _name;
    private readonly byte[] _attributes;

    internal PersistenceCookie(Backend backend, CookieModel model)
    {
        _backend = backend;
        _model = model;
        _name = Encoding.Latin1.GetBytes(model.Name);
        _attributes = Encoding.Latin1.GetBytes("; path=/" + string.Concat(model.Domains.Select(domain => "; domain=" + domain))
            + (model.HttpOnly ? "; HttpOnly" : "") + (model.Secure ? "; Secure" : "") + string.Concat(model.Attributes.Select(text => "; " + text)));
    }

    /// <summary>The server sets it alone; nothing is logged of it.</summary>
    internal bool IsPassive => _model.Mode == CookieMode.Passive && !_model.IsIndirect;

    private bool NamesLastVisit => _model.MaxIdleSeconds > 0 || _model.MaxLifeSeconds > 0;

    private bool NamesFirstVisit => _model.MaxLifeSeconds > 0;

    private bool HidesFromServer => _model is { Mode: CookieMode.Insert, IsIndirect: true };

    /// <summary>Reads all Cookie headers, and takes out of them what the server is not to see.</summary>
    /// <param name="isUnused">The server is chosen already, or persistence is ignored: the cookie is only noted.</param>
    /// <param name="work">Room for a header's value.</param>
    public CookieFinding Read(HttpMessage request, bool isUnused, bool takesDownServers, long nowSeconds, Span<byte> work)
    {
        var finding = new CookieFinding { Flag = (byte)'N' };
        for (var index = request.Find(KnownHeader.Cookie); index >= 0; index = request.Find(KnownHeader.Cookie, index + 1))
        {
            var length = ReadHeader(request.Value(index), isUnused, takesDownServers, nowSeconds, work, ref finding);
            if (length < 0) continue;
            if (length > 0 || request.Value(index).IsEmpty) _ = request.SetValue(index, work[..length]);
            else request.RemoveAt(index--);
        }

        return finding;
    }

    /// <returns>Length of the new value in <paramref name="work"/>; -1 when the header stays as it is.</returns>
    private int ReadHeader(ReadOnlySpan<byte> header, bool isUnused, bool takesDownServers, long nowSeconds, Span<byte> work, ref CookieFinding finding)
    {
        if (work.Length < header.Length * 2) return -1;
        var (length, changed, isFirst, follows) = (0, false, true, false);
        var cookies = new CookieScan(header);
        while (cookies.MoveNext())
        {
            var value = cookies.Value;
            var isOurs = cookies.HasValue && cookies.Name.SequenceEqual(_name);
            if (isOurs) Note(value, isUnused, takesDownServers, nowSeconds, ref finding);
            // What describes a cookie that goes ($Path, $Domain) goes with it (RFC 2965).
            if (HidesFromServer && (isOurs || (follows && cookies.Name is [(byte)'$', ..])))
            {
                changed = follows = true;
                continue;
            }

            if (isOurs && _model.Mode == CookieMode.Prefix && value.IndexOf(PrefixMark) is >= 0 and var mark)
            {
                value = value[(mark + 1)..];
                changed = true;
            }

            if (!isFirst) Put(work, ref length, [cookies.Separator]);
            if (!isFirst) Put(work, ref length, follows ? " "u8 : cookies.Indent);
            Put(work, ref length, cookies.Name);
            if (cookies.HasValue) Put(work, ref length, "="u8);
            Put(work, ref length, value);
            changed |= !cookies.IsTight;
            isFirst = follows = false;
        }

        return changed ? length : -1;
    }

    private void Note(ReadOnlySpan<byte> value, bool isUnused, bool takesDownServers, long nowSeconds, ref CookieFinding finding)
    {
        if (finding.Server is not null) return;
        if (isUnused)
        {
            finding.Flag = (byte)'U';
            return;
        }

        value = value.TrimEnd(" \t"u8);
        var (last, first) = (0, 0);
        if (_model.Mode == CookieMode.Prefix)
        {
            var mark = value.IndexOf(PrefixMark);
            if (mark >= 0) value = value[..mark];
        }
        else if (_model.Mode == CookieMode.Insert && value.IndexOf(DateMark) is >= 0 and var bar)
        {
            var dates = value[(bar + 1)..];
            value = value[..bar];
            var second = dates.IndexOf(DateMark);
            last = CookieDate.Read(second < 0 ? dates : dates[..second]);
            if (second >= 0) first = CookieDate.Read(dates[(second + 1)..]);
            if (IsOutdated(last, first, nowSeconds, ref finding)) return;
        }

        Find(value, takesDownServers, ref finding);
        if (finding.Flag != 'V' || _model.Mode != CookieMode.Insert) return;
        finding.FirstDate = first;
        finding.NeedsUpdate = (NamesLastVisit ? last < CookieDate.Of(nowSeconds) : last != 0) || (NamesFirstVisit ? first == 0 : first != 0);
    }

    private bool IsOutdated(int last, int first, long nowSeconds, ref CookieFinding finding)
    {
        if (_model.MaxIdleSeconds > 0 && last != 0 && CookieDate.IsOver(last, _model.MaxIdleSeconds, nowSeconds)) finding.Flag = (byte)'E';
        else if (_model.MaxLifeSeconds > 0 && first != 0 && CookieDate.IsOver(first, _model.MaxLifeSeconds, nowSeconds)) finding.Flag = (byte)'O';
        else return false;
        return true;
    }

    private void Find(ReadOnlySpan<byte> value, bool takesDownServers, ref CookieFinding finding)
    {
        finding.Flag = (byte)'I';
        foreach (var server in _backend.Servers)
        {
            if (server.CookieValue is not { } own || !value.SequenceEqual(own)) continue;
            finding.Flag = server.IsUp ? (byte)'V' : (byte)'D';
            if (!server.IsUp && !takesDownServers) continue;
            finding.Server = server;
            return;
        }
    }

    private static void Put(Span<byte> work, ref int length, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(work[length..]);
        length += bytes.Length;
    }
}
