using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Rules;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Servers.Persistence;

namespace Evenkeel.Proxy.Streams;

/// <summary>
/// What decides for a server before balancing does: `force-persist`, `use-server`, the persistence cookie, in this order; and the cookie's way back.
/// </summary>
public sealed partial class Stream
{
    private CookieFinding _cookie;
    private bool _isDirect;
    private bool _ignoresPersistence;
    private bool _forcesPersistence;

    /// <summary>A server that is down is tried nevertheless when persistence or a rule names it.</summary>
    public bool TakesDownServers => _forcesPersistence || Back!.Model.Options.Persist;

    private void ChooseBeforeBalancing(BackendSetup backend)
    {
        if (backend.Rules is { } rules)
        {
            switch (rules.JudgePersistence(this))
            {
                case PersistenceVerdict.Force: _forcesPersistence = true; break;
                case PersistenceVerdict.Ignore: _ignoresPersistence = true; break;
            }

            WantedServer ??= rules.ChooseServer(this);
        }

        if (IsHttp) ReadCookies(backend, TakesDownServers);
        else if (WantedServer is null && !_ignoresPersistence && backend.RdpCookie is { } rdp)
            WantedServer = rdp.Find(backend.Backend, RequestBody, TakesDownServers);
        _isDirect = WantedServer is not null;
    }

    /// <summary>A request that is refused goes to no server, but the log tells whose it was.</summary>
    private void NoteCookiesOfDenied()
    {
        if ((Back ?? Front.Twin?.SetupFor(Front.Generation)) is { } backend) ReadCookies(backend, backend.Model.Options.Persist);
        else CaptureRequestCookie();
        IsDenied = true;
    }

    /// <summary>Refused by a rule on the request: the log names the server that its cookie names.</summary>
    internal bool IsDenied { get; private set; }

    private void ReadCookies(BackendSetup backend, bool takesDownServers)
    {
        CaptureRequestCookie();
        if (backend.Cookie is not { } cookie) return;
        var scratch = Worker.Memory.Scratch;
        _cookie = cookie.Read(Request, WantedServer is not null || _ignoresPersistence, takesDownServers, Worker.Loop.WallMs / 1_000,
            scratch.Slice(0, scratch.Capacity));
        Termination.RequestCookie = _cookie.Flag;
        WantedServer ??= _cookie.Server;
    }

    /// <summary>The server that was to serve cannot: another one will, and the client hears of it.</summary>
    private void LosePersistence()
    {
        WantedServer = null;
        if (!_isDirect) return;
        _isDirect = false;
        if (Termination.RequestCookie == 'V') Termination.RequestCookie = (byte)'D';
    }

    /// <summary>Gives the client its cookie, behind all rules on the response but those that come after everything.</summary>
    /// <returns>False when `option checkcache` holds the response back.</returns>
    private bool AnswerCookies(BackendSetup backend)
    {
        CaptureResponseCookie();
        if (backend.Cookie is { } cookie)
        {
            var scratch = Worker.Memory.Scratch;
            Termination.ResponseCookie = cookie.Answer(Response, Server!, in _cookie, _isDirect, _ignoresPersistence, Method, Worker.Loop.WallMs / 1_000,
                scratch.Slice(0, scratch.Capacity));
        }

        return !backend.Model.Options.CheckCache || !IsRiskyToCache();
    }

    private bool IsRiskyToCache() => Response.Find(KnownHeader.SetCookie) >= 0
        && (Cacheability.Of(Response, Method) & (Caching.Cacheable | Caching.WithCookies)) == (Caching.Cacheable | Caching.WithCookies);

    private void CaptureRequestCookie()
    {
        if (Front.CookieCapture is not { } capture) return;
        for (var index = Request.Find(KnownHeader.Cookie); index >= 0; index = Request.Find(KnownHeader.Cookie, index + 1))
        {
            var value = Request.Value(index);
            var cookies = new CookieScan(value);
            while (cookies.MoveNext())
                if (cookies.HasValue && capture.TryKeep(cookies.Name, cookies.Value, RuleState.CookieCaptures, CookieCapture.Request)) return;
        }
    }

    private void CaptureResponseCookie()
    {
        if (Front.CookieCapture is not { } capture) return;
        for (var index = Response.Find(KnownHeader.SetCookie); index >= 0; index = Response.Find(KnownHeader.SetCookie, index + 1))
        {
            var cookie = new CookieScan(Response.Value(index));
            if (cookie.MoveNext() && cookie.HasValue && capture.TryKeep(cookie.Name, cookie.Value, RuleState.CookieCaptures, CookieCapture.Response)) return;
        }
    }

    private void ForgetPersistence()
    {
        _cookie = default;
        IsDenied = false;
        _isDirect = _ignoresPersistence = _forcesPersistence = false;
    }
}
