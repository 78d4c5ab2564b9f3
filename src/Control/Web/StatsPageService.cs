using System.Buffers;
using System.Globalization;
using System.Text;
using Evenkeel.Control.Stats;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Rules;
using Evenkeel.Proxy.Services;
using Evenkeel.Proxy.Streams;
using Stream = Evenkeel.Proxy.Streams.Stream;

namespace Evenkeel.Control.Web;

/// <summary>
/// The statistics page of one proxy (`stats enable`): request -> <b>StatsPageService</b> -> HTML, CSV or JSON. Shared by all workers; keeps nothing
/// between requests.
/// </summary>
public sealed class StatsPageService : IService
{
    private const string Unauthorized =
        "<html><body><h1>401 Unauthorized</h1>\nYou need a valid user and password to access this content.\n</body></html>\n";

    private const string Forbidden = "<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.\n</body></html>\n";

    private readonly ControlPlane _plane;
    private readonly StatsModel _model;
    private readonly string _proxy;
    private readonly PageRules? _rules;

    /// <param name="rules">`stats http-request` and `stats admin`; without them a page that has such rules is refused, and conditions never hold.</param>
    public StatsPageService(ControlPlane plane, ProxyModel proxy, StatsModel model, PageRules? rules = null)
    {
        _plane = plane;
        _model = model;
        _proxy = proxy.Name;
        _rules = rules;
    }

    /// <summary>A form with some hundred servers ticked; more is answered with "excessive".</summary>
    public int MaxRequestBody => 16_384;

    /// <summary>Whether a request is for the page of a proxy with this model.</summary>
    public static bool IsFor(StatsModel model, ReadOnlySpan<byte> method, ReadOnlySpan<byte> target) =>
        (method.SequenceEqual("GET"u8) || method.SequenceEqual("POST"u8) || method.SequenceEqual("HEAD"u8)) && StatsPageRequest.Matches(model.Uri, target);

    public void Serve(Stream stream, ServiceReply reply)
    {
        var message = stream.Request;
        if (!_model.Users.IsEmpty && !IsAuthorized(message))
        {
            Refuse(reply);
            return;
        }

        var verdict = _rules?.Run(stream) ?? (_model.HttpRequest.IsEmpty ? RuleVerdict.Continue : RuleVerdict.Deny);
        if (verdict is not (RuleVerdict.Continue or RuleVerdict.Allow))
        {
            // `auth` has filled the answer itself; whatever else is not a yes is a no.
            if (verdict != RuleVerdict.Reply) Forbid(reply);
            return;
        }

        var request = StatsPageRequest.Parse(_model.Uri, Encoding.Latin1.GetString(message.Target));
        var nowMs = stream.Worker.Loop.NowMs;
        if (message.Method.SequenceEqual("POST"u8)) Redirect(request, Act(stream, nowMs), reply);
        else Answer(request, IsAdmin(stream), reply, nowMs);
    }

    /// <summary>Writes the page or export; apart from the network, so that tests see what browsers see.</summary>
    public void Answer(StatsPageRequest request, bool isAdmin, IBufferWriter<byte> body, long nowMs)
    {
        foreach (var piece in Pieces(request, isAdmin, nowMs)) Encoding.Latin1.GetBytes(piece, body);
    }

    private void Answer(StatsPageRequest request, bool isAdmin, ServiceReply reply, long nowMs)
    {
        reply.Start(200);
        reply.Header("cache-control"u8, "no-cache"u8);
        reply.Header("content-type"u8, request.Form switch
        {
            StatsPageForm.Html => "text/html"u8,
            StatsPageForm.Json or StatsPageForm.JsonSchema => "application/json"u8,
            _ => "text/plain"u8,
        });
        if (_model.RefreshSeconds is > 0 and { } seconds && !request.NoRefresh)
            reply.Header("refresh"u8, Encoding.ASCII.GetBytes(seconds.ToString(CultureInfo.InvariantCulture)));
        Answer(request, isAdmin, (IBufferWriter<byte>)reply, nowMs);
    }

    private IEnumerable<string> Pieces(StatsPageRequest request, bool isAdmin, long nowMs)
    {
        var selection = new StatSelection
        {
            Proxies = proxy => InScope(proxy, request.Scope),
            HidesLegends = !_model.ShowLegends,
            Servers = request.OnlyUp ? ServerFilter.OnlyUp : request.NoMaintenance ? ServerFilter.NoMaintenance : ServerFilter.All,
        };
        return request.Form switch
        {
            StatsPageForm.Csv => StatDump.Write(_plane.Proxies, selection, StatForm.Csv, false, nowMs),
            StatsPageForm.Typed => StatDump.Write(_plane.Proxies, selection, StatForm.Typed, false, nowMs),
            StatsPageForm.Json => StatDump.Write(_plane.Proxies, selection, StatForm.Json, false, nowMs),
            StatsPageForm.JsonSchema => [StatSchema.Json],
            _ => new StatsPage(_plane, _model, request, isAdmin).Write(selection, nowMs),
        };
    }

    /// <summary>`stats scope` bounds what is shown at all, the visitor's scope narrows it.</summary>
    private bool InScope(ProxyModel proxy, string scope)
    {
        if (scope.Length > 0 && !proxy.Name.Contains(scope, StringComparison.OrdinalIgnoreCase)) return false;
        return _model.Scope.IsEmpty || _model.Scope.Contains(proxy.Name) || (_model.Scope.Contains(".") && proxy.Name == _proxy);
    }

    private bool IsAuthorized(Evenkeel.Proxy.Message.HttpMessage message)
    {
        var index = message.Find("authorization"u8);
        return index >= 0 && BasicCredentials.Match(message.Value(index), _model.Users);
    }

    private AdminOutcome Act(Stream stream, long nowMs)
    {
        if (!IsAdmin(stream) || ComesFromElsewhere(stream.Request)) return AdminOutcome.DENY;
        if (!stream.RequestBodyComplete) return AdminOutcome.EXCD;
        return AdminForm.Apply(_plane, Encoding.Latin1.GetString(stream.RequestBody), nowMs);
    }

    /// <summary>
    /// The browser says that a page of another site sent the form. Differs from HAProxy: it would act on it, and any page the operator looks at
    /// could stop servers.
    /// </summary>
    private static bool ComesFromElsewhere(Evenkeel.Proxy.Message.HttpMessage message)
    {
        var index = message.Find("sec-fetch-site"u8);
        return index >= 0 && message.Value(index).SequenceEqual("cross-site"u8);
    }

    private static void Redirect(StatsPageRequest request, AdminOutcome outcome, ServiceReply reply)
    {
        reply.Start(303);
        reply.Header("cache-control"u8, "no-cache"u8);
        reply.Header("content-type"u8, "text/plain"u8);
        reply.Header("content-length"u8, "0"u8);
        reply.Header("location"u8, Encoding.Latin1.GetBytes(request.Link(";st=" + outcome)));
    }

    private bool IsAdmin(Stream stream) => _rules?.IsAdmin(stream) ?? _model.Admin.Contains(null);

    private static void Forbid(ServiceReply reply)
    {
        reply.Start(403);
        reply.Header("cache-control"u8, "no-cache"u8);
        reply.Header("content-type"u8, "text/html"u8);
        reply.Append(Forbidden);
    }

    private void Refuse(ServiceReply reply)
    {
        reply.Start(401);
        reply.Header("cache-control"u8, "no-cache"u8);
        reply.Header("content-type"u8, "text/html"u8);
        reply.Header("www-authenticate"u8, Encoding.Latin1.GetBytes($"Basic realm=\"{_model.Realm}\""));
        reply.Append(Unauthorized);
    }
}
