using System.Numerics;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Rules.Actions;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules;

/// <summary>The bound rules of one frontend or backend, as the engine calls them. Shared by all workers.</summary>
public sealed class ProxyRules : IStreamRules
{
    private readonly RuleBinder _binder;
    private readonly ProxyModel _model;
    private readonly RuleProgram?[] _programs = new RuleProgram?[32];
    private readonly Switching<Backend> _useBackend;
    private readonly Switching<Server> _useServer;
    private readonly (BoundCondition Condition, PersistenceVerdict Verdict)[] _persistence;
    private readonly BoundCondition[] _monitorFail;
    private readonly BoundCondition[] _forceSwitch;
    private readonly HeaderCapture[] _requestCaptures;
    private readonly HeaderCapture[] _responseCaptures;
    private readonly BoundExpression? _balanceKey;
    private readonly Model.Samples.SampleType _balanceKeyType;
    private readonly byte[]? _uniqueIdHeader;
    private readonly ForwardedHeader? _forwarded;
    private readonly (int Status, ReplyAction Reply)[] _errorReplies;

    internal ProxyRules(ProxyModel model, RuleBinder binder)
    {
        _model = model;
        _binder = binder;
        var frontend = model as FrontendModel;
        var backend = model as BackendModel;
        Add(RuleSets.TcpRequestConnection, frontend?.TcpRequestConnection ?? []);
        Add(RuleSets.TcpRequestSession, frontend?.TcpRequestSession ?? []);
        Add(RuleSets.TcpRequestContent, model.TcpRequestContent);
        Add(RuleSets.HttpRequest, model.HttpRequest, model.RedirectCount);
        Add(RuleSets.TcpResponseContent, backend?.TcpResponseContent ?? []);
        Add(RuleSets.HttpResponse, model.HttpResponse);
        Add(RuleSets.HttpAfterResponse, model.HttpAfterResponse);
        var proxies = binder.Samples.Proxies!;
        _forceSwitch = [.. (frontend?.ForceSwitch ?? []).Select(binder.Samples.Bind)];
        _useBackend = new Switching<Backend>(frontend?.UseBackend ?? [], proxies.FindBackend, MayEnter, binder.Samples);
        _useServer = new Switching<Server>(backend?.UseServer ?? [], name => proxies.FindServer(model.Name, name), IsFit, binder.Samples);
        _persistence = [.. (backend?.Persistence.Rules ?? []).Select(rule =>
            (binder.Samples.Bind(rule.Condition), rule.Forces ? PersistenceVerdict.Force : PersistenceVerdict.Ignore))];
        _monitorFail = [.. (frontend?.MonitorFail ?? []).Select(binder.Samples.Bind)];
        _requestCaptures = [.. (frontend?.RequestCaptures ?? []).Select(capture => new HeaderCapture(capture))];
        _responseCaptures = [.. (frontend?.ResponseCaptures ?? []).Select(capture => new HeaderCapture(capture))];
        RequestCaptureCount = _requestCaptures.Length;
        UniqueIdFormat = (frontend?.UniqueIdFormat ?? backend?.UniqueIdFormat) is { } format ? binder.Samples.Bind(format) : null;
        _uniqueIdHeader = frontend?.UniqueIdHeader is { } header ? RuleBinder.Bytes(header) : null;
        _forwarded = backend?.Options.Forwarded is { } forwarded ? new ForwardedHeader(forwarded, binder.Samples) : null;
        _errorReplies = [.. model.ErrorReplies.Where(static reply => reply.Value.Source != HttpReplySource.ErrorFile)
            .Select(reply => (reply.Key, new ReplyAction(reply.Value, binder, reply.Key)))];
        _balanceKey = backend?.Balance.Expression is { } expression ? binder.Samples.Bind(expression) : null;
        _balanceKeyType = backend?.HashType.KeyType ?? Model.Samples.SampleType.Binary;
        if (_requestCaptures.Length > 0) Present |= RuleSets.HttpRequest;
    }

    public RuleSets Present { get; private set; }

    /// <summary>Nothing was said that would have to be asked here.</summary>
    public bool IsEmpty => Present == RuleSets.None && _useBackend.IsEmpty && _useServer.IsEmpty && _persistence.Length + _monitorFail.Length == 0
        && _forceSwitch.Length + ResponseCaptureCount + _errorReplies.Length == 0 && (UniqueIdFormat, _balanceKey, _forwarded) is (null, null, null);

    public int RequestCaptureCount { get; }

    public int ResponseCaptureCount => _responseCaptures.Length;

    internal BoundLogFormat? UniqueIdFormat { get; }

    public RuleVerdict RunOnConnection(RuleSets set, ClientSession session)
    {
        if (Program(set) is not { } program) return RuleVerdict.Continue;
        var context = _binder.Context(session.Worker.Index);
        context.Begin(session);
        return program.RunOnConnection(context, session);
    }

    public RuleVerdict Run(RuleSets set, Stream stream)
    {
        var context = Begin(stream, IsResponse(set));
        if (set == RuleSets.HttpRequest && stream.ResumeRule == 0)
            for (var i = 0; i < _requestCaptures.Length; i++) _requestCaptures[i].Take(stream.Request, stream.RuleState.RequestCaptures, i);
        if (set is RuleSets.TcpRequestContent or RuleSets.TcpResponseContent) LimitWaiting(context, stream);
        return Program(set)?.Run(context, stream) ?? RuleVerdict.Continue;
    }

    public Backend? ChooseBackend(Stream stream)
    {
        var chosen = _useBackend.IsEmpty ? null : _useBackend.Choose(Begin(stream, isResponse: false), stream);
        if (chosen is not null) return chosen;
        var byDefault = stream.Front.DefaultBackend;
        if (byDefault is null or { TakesTraffic: true } || ReferenceEquals(byDefault, stream.Front.Twin)) return byDefault;
        return ForcesSwitch(Begin(stream, isResponse: false)) ? byDefault : null;
    }

    public void MakeUniqueId(Stream stream)
    {
        if (UniqueIdFormat is not null && UniqueIds.TryGet(Begin(stream, isResponse: false), stream, out var id) && _uniqueIdHeader is not null)
            _ = stream.Request.Add(_uniqueIdHeader, id);
    }

    public void AddForwarded(Stream stream) => _forwarded?.AddTo(stream.Request, Begin(stream, isResponse: false), stream);

    public PersistenceVerdict JudgePersistence(Stream stream)
    {
        if (_persistence.Length == 0) return PersistenceVerdict.Usual;
        var context = Begin(stream, isResponse: false);
        foreach (var (condition, verdict) in _persistence)
            if (condition.Holds(context)) return verdict;
        return PersistenceVerdict.Usual;
    }

    public Server? ChooseServer(Stream stream) => _useServer.IsEmpty ? null : _useServer.Choose(Begin(stream, isResponse: false), stream);

    public int EvaluateBalanceKey(Stream stream, Span<byte> key)
    {
        if (_balanceKey is null) return -1;
        var context = Begin(stream, isResponse: false);
        var sample = default(Sample);
        if (!_balanceKey.TryEvaluateAs(_balanceKeyType, context, ref sample)) return -1;
        var length = Math.Min(sample.Bytes.Length, key.Length);
        sample.Bytes[..length].CopyTo(key);
        return length;
    }

    public bool MakeErrorReply(int status, Stream stream)
    {
        foreach (var (its, reply) in _errorReplies)
            if (its == status) return reply.Run(Begin(stream, stream.Response.IsPresent), stream) == RuleVerdict.Reply;
        return false;
    }

    public bool MonitorFails(Stream stream)
    {
        if (_monitorFail.Length == 0) return false;
        var context = Begin(stream, isResponse: false);
        foreach (var condition in _monitorFail)
            if (condition.Holds(context)) return true;
        return false;
    }

    /// <summary>Captures that the frontend of this stream declares; none where no request came that could be read.</summary>
    internal static int CaptureCount(SampleContext context, bool response)
    {
        if (context.Stream is { IsHttp: true, RequestLine.IsEmpty: true, Status: > 0 }) return 0;
        if ((context.Stream?.Front ?? context.Frontend?.Setup)?.Rules is not ProxyRules rules) return 0;
        return response ? rules.ResponseCaptureCount : rules.RequestCaptureCount;
    }

    internal static long ProcessConnections(SampleContext context) => context.Proxies?.Process.Connections.Current ?? 0;

    private static bool IsFit(SampleContext context, Server server) => server.IsUp || context.Stream!.TakesDownServers;

    private bool MayEnter(SampleContext context, Backend backend) => backend.TakesTraffic || ForcesSwitch(context);

    private bool ForcesSwitch(SampleContext context)
    {
        foreach (var condition in _forceSwitch)
            if (condition.Holds(context)) return true;
        return false;
    }

    private static bool IsResponse(RuleSets set) => set is RuleSets.TcpResponseContent or RuleSets.HttpResponse or RuleSets.HttpAfterResponse;

    private SampleContext Begin(Stream stream, bool isResponse)
    {
        var context = _binder.Context(stream.Worker.Index);
        context.Begin(stream, isResponse);
        return context;
    }

    private void Add(RuleSets set, IReadOnlyList<RuleModel> models, int redirects = 0)
    {
        if (models.Count == 0) return;
        _programs[BitOperations.Log2((uint)set)] = new RuleProgram(models, _binder, redirects);
        Present |= set;
    }

    private RuleProgram? Program(RuleSets set) => _programs[BitOperations.Log2((uint)set)];

    /// <summary>Rules on content may wait for data until `inspect-delay` is over, the sender has closed, or the buffer is full.</summary>
    private void LimitWaiting(SampleContext context, Stream stream)
    {
        if (context.IsResponse)
        {
            LimitWaitingForResponse(context, stream);
            return;
        }
        var delay = _model.InspectDelayMs ?? 0;
        var deadline = (stream.IsHttp ? stream.Times.RequestMs : stream.Times.AcceptMs) + delay;
        context.IsFinal = delay == 0 || context.NowMs >= deadline || stream.Session.Connection.ReadEnded || stream.ClientHasEnded
            || stream.RequestBody.Length >= stream.Worker.Memory.MaxHeadLength;
        if (!context.IsFinal) stream.RuleDeadlineMs = deadline;
    }

    private void LimitWaitingForResponse(SampleContext context, Stream stream)
    {
        var delay = (_model as BackendModel)?.ResponseInspectDelayMs ?? 0;
        var deadline = stream.Times.ResponseMs + delay;
        context.IsFinal = delay == 0 || context.NowMs >= deadline || stream.ServerConnection is null or { ReadEnded: true }
            || stream.ResponseBody.Length >= stream.Worker.Memory.MaxHeadLength;
        if (!context.IsFinal) stream.RuleDeadlineMs = deadline;
    }

    public void CaptureResponse(Stream stream)
    {
        for (var i = 0; i < _responseCaptures.Length; i++) _responseCaptures[i].Take(stream.Response, stream.RuleState.ResponseCaptures, i);
    }

    /// <summary>`capture request|response header NAME len N`: the last value of that name.</summary>
    private sealed class HeaderCapture(CaptureModel model)
    {
        private readonly byte[] _name = RuleBinder.Bytes(model.Header.ToLowerInvariant());

        public void Take(HttpMessage head, CaptureSlots slots, int index)
        {
            for (var i = head.HeaderCount - 1; i >= 0; i--)
            {
                if (!head.Name(i).SequenceEqual(_name)) continue;
                slots.Set(index, head.Value(i), model.MaxLength);
                return;
            }
        }
    }
}
