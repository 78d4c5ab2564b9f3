using System.Collections.Immutable;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Checks;

/// <summary>Turns one proxy draft into its frontend or backend model: `log global`, rules of defaults, formats and ids are put in their places.</summary>
internal sealed class ModelBuilder(ParseContext context, ProxyDraft draft)
{
    private readonly ParseScope _scope = new()
    {
        Registry = context.Registry,
        Diagnostics = context.Diagnostics,
        World = context.World,
        References = context.References,
        Acls = draft.Acls,
        ProxyName = draft.Name,
        Sides = draft.Sides,
        Mode = draft.Mode,
        Known = Keywords.OriginalKeywords.Names,
        Experiments = context.Draft.Experiments,
    };

    public FrontendModel Frontend() => Fill(new FrontendModel
    {
        Name = draft.Name,
        Id = draft.Id,
        Position = draft.Position,
        Binds = Binds(),
        MaxConnections = draft.MaxConnections,
        Backlog = draft.Backlog,
        SessionsPerSecond = draft.SessionsPerSecond,
        MaxSessionServerConnections = draft.MaxSessionServerConnections,
        DefaultBackend = draft.DefaultBackend,
        UseBackend = [.. draft.UseBackend],
        ForceSwitch = draft.ForceSwitch,
        TcpRequestConnection = Rules(from => from.TcpRequestConnection),
        TcpRequestSession = Rules(from => from.TcpRequestSession),
        LogFormat = Format(draft.LogFormat ?? FormatOfOption(), LogFormatUse.Log, "log-format"),
        ErrorLogFormat = Format(draft.ErrorLogFormat, LogFormatUse.Log, "error-log-format"),
        StructuredDataFormat = StructuredData(),
        LogSteps = draft.LogSteps,
        UniqueIdFormat = Format(draft.UniqueIdFormat, LogFormatUse.Http, "unique-id", SamplePlaces.Log | SamplePlaces.FrontendHttpRequest),
        UniqueIdHeader = draft.UniqueIdHeader,
        RequestCaptures = draft.RequestCaptures,
        ResponseCaptures = draft.ResponseCaptures,
        CookieCapture = draft.CookieCapture is { } cookie
            ? cookie with { MaxLength = Math.Min(cookie.MaxLength, Math.Max(0, context.Draft.Global.CapturedCookieLength - 1)) } : null,
        MonitorUri = draft.MonitorUri,
        MonitorFail = draft.MonitorFail,
    }) with
    {
        // Rules run once, with the frontend, when both halves are in one section.
        TcpRequestContent = Rules(from => from.TcpRequestContent),
        HttpRequest = [.. Rules(from => from.HttpRequest), .. draft.Redirects],
        RedirectCount = draft.Redirects.Count,
    };

    public BackendModel Backend()
    {
        // A `listen` has its rules on both sides: streams of its own run them once, those that come by `use_backend` of others run them here.
        return Fill(new BackendModel
        {
            Name = draft.Name,
            Id = draft.Id,
            Position = draft.Position,
            Balance = draft.Balance,
            Servers = Servers(),
            UseServer = [.. draft.UseServer],
            TcpResponseContent = Rules(from => from.TcpResponseContent),
            ResponseInspectDelayMs = draft.ResponseInspectDelayMs,
            Retries = draft.Retries,
            RetryOn = draft.RetryOn,
            RedispatchInterval = draft.RedispatchInterval,
            FullConnections = draft.FullConnections,
            HttpReuse = draft.HttpReuse,
            MaxKeepAliveQueue = draft.MaxKeepAliveQueue,
            Check = draft.Checks.ToModel(),
            AllBackups = draft.AllBackups,
            HashType = draft.HashType,
            Hashing = draft.Hashing,
            IsUnpublished = draft.IsUnpublished,
            HasDefaultServer = draft.HasDefaultServer,
            NamedDefaultServers = [.. draft.NamedDefaultServers.Keys],
            UniqueIdFormat = Format(draft.UniqueIdFormat, LogFormatUse.Http, "unique-id",
                SamplePlaces.TcpCheck | SamplePlaces.Log | SamplePlaces.FrontendHttpRequest),
            Persistence = draft.Persistence,
            NameHeader = draft.NameHeader,
            TcpRequestContent = Rules(from => from.TcpRequestContent),
            HttpRequest = [.. Rules(from => from.HttpRequest), .. draft.Redirects],
            RedirectCount = draft.Redirects.Count,
        });
    }

    private T Fill<T>(T model) where T : ProxyModel => model with
    {
        IsListen = draft.Kind == ProxyKind.Listen,
        HasExplicitId = draft.ExplicitId is not null,
        Mode = draft.Mode,
        Disabled = draft.Disabled,
        Description = draft.Description,
        Guid = draft.Guid,
        Options = draft.Options,
        ClientKeepAlive = draft.ClientKeepAlive,
        ServerKeepAlive = draft.ServerKeepAlive,
        Timeouts = draft.Timeouts,
        Logs = draft.LogsToGlobal ? [.. context.Draft.Global.Logs, .. draft.Logs] : draft.Logs,
        LogTag = draft.LogTag,
        ErrorReplies = ErrorReplies(),
        Stats = draft.Mode == ProxyMode.Http ? draft.Stats : null,
        HttpResponse = Rules(from => from.HttpResponse),
        HttpAfterResponse = Rules(from => from.HttpAfterResponse),
        InspectDelayMs = draft.InspectDelayMs,
    };

    private ImmutableArray<RuleModel> Rules(Func<ProxyDraft, List<RuleModel>> of) =>
        draft.RulesFrom is { } defaults ? [.. of(defaults), .. of(draft)] : [.. of(draft)];

    /// <summary>What `option httplog` and `option tcplog` stand for; null when neither is there.</summary>
    private LogFormatText? FormatOfOption()
    {
        var (options, clf) = (draft.Options, draft.Options.CommonLogFormat);
        if (options.HttpsLog && !clf) return new(DefaultLogFormats.Https, draft.Position);
        if (options.HttpLog) return new(clf ? DefaultLogFormats.HttpClf : DefaultLogFormats.Http, draft.Position);
        if (options.TcpLog) return new(clf ? DefaultLogFormats.TcpClf : DefaultLogFormats.Tcp, draft.Position);
        return null;
    }

    private LogFormatModel? Format(LogFormatText? format, LogFormatUse use, string what, SamplePlaces places = SamplePlaces.Log)
    {
        if (format is null) return null;
        _scope.Position = format.Position;
        _scope.Statement = what switch { "unique-id" => "unique-id-format string", "error-log-format" => "log-format string", _ => what + " string" };
        if (LogFormatParser.TryParse(format.Text, _scope, use, places, out var error) is { } model) return model;
        context.Diagnostics.Say(Severity.Alert, format.Position, $"Parsing [{format.Position}]: failed to parse {what} : {error}.");
        return null;
    }

    /// <summary>The checks of the proxy have said it of a format for the message already.</summary>
    private LogFormatModel? StructuredData()
    {
        var format = Format(draft.StructuredDataFormat, LogFormatUse.Log, "log-format-sd");
        var hasTarget = !draft.Logs.IsEmpty || (draft.LogsToGlobal && !context.Draft.Global.Logs.IsEmpty);
        if (format is not null && !hasTarget && !draft.Disabled && draft.LogFormat is null && !draft.Options.HttpLog && !draft.Options.TcpLog)
            context.Diagnostics.Say(Severity.Warning, draft.Position,
                $"log format ignored for {draft.TypeName} '{draft.Name}' since it has no log address.");
        return format;
    }

    /// <summary>Binds without an id are numbered in order, from 1 or on from the id given last, past those given.</summary>
    private ImmutableArray<BindModel> Binds()
    {
        var taken = draft.Binds.Where(bind => bind.Id > 0).Select(bind => bind.Id).ToHashSet();
        var next = 1;
        return [.. draft.Binds.Select(bind =>
        {
            if (bind.Id > 0)
            {
                next = bind.Id + 1;
                return bind;
            }
            while (taken.Contains(next)) next++;
            return bind with { Id = next++ };
        })];
    }

    private ImmutableArray<ServerModel> Servers()
    {
        var taken = draft.Servers.Where(server => server.Id > 0).Select(server => server.Id).ToHashSet();
        var next = 1;
        return [.. draft.Servers.Select(server =>
        {
            server = server with { Source = server.Source ?? draft.Source, HealthCheck = OwnCheck(server) };
            var steps = (server.HealthCheck ?? draft.Checks.ToModel())?.Steps ?? [];
            if (server.Check && steps.Any(step => step is CheckConnectModel { UsesTls: true }))
                server = server with { Tls = (server.Tls ?? new TlsServerModel()) with { ChecksByRule = true } };
            // A server with an id of its own uses up its place in the numbering all the same.
            if (server.Id <= 0)
            {
                while (taken.Contains(next)) next++;
                server = server with { Id = next };
            }
            next++;
            return server;
        })];
    }

    private HealthCheckModel? OwnCheck(ServerModel server) =>
        server.HealthCheckName is { } name && context.Draft.HealthChecks.TryGetValue(name, out var section)
            ? section.Checks.ToModel() ?? new HealthCheckModel()
            : null;

    private ImmutableDictionary<int, HttpReplyModel> ErrorReplies()
    {
        var replies = ImmutableDictionary<int, HttpReplyModel>.Empty;
        foreach (var use in draft.ErrorPages)
        {
            if (use.Section.Length == 0) replies = use.Reply is { } own ? replies.SetItem(use.Statuses[0], own) : replies.Remove(use.Statuses[0]);
            if (context.Draft.HttpErrors.Find(section => section.Name == use.Section) is not { } section) continue;
            foreach (var (status, bytes) in section.Responses)
                if (use.Statuses.IsEmpty || use.Statuses.Contains(status))
                    replies = replies.SetItem(status, new HttpReplyModel(HttpReplySource.ErrorFile) { Status = status, Payload = bytes });
        }
        return replies;
    }
}
