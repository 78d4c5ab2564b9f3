using System.Text;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Rules;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Logging;

/// <summary>The access log of a frontend: a finished stream -> <b>AccessLog</b> -> a line to each of its `log` targets. Allocates nothing per line.</summary>
public sealed class AccessLog : IStreamLog
{
    private readonly Frontend _frontend;
    private readonly LogTargets _targets;
    private readonly LogSender[] _senders;
    private readonly RuleBinder _binder;
    private readonly BoundLogFormat? _format;
    private readonly BoundLogFormat? _errorFormat;
    private readonly BoundLogFormat? _ownErrorFormat;
    private readonly BoundLogFormat? _structuredData;
    private readonly LogSinks _sinks;
    private readonly LogSteps _steps;
    private readonly ConnectLine _connectLine;
    private readonly bool _onlyErrors;
    private readonly bool _separatesErrors;

    private AccessLog(FrontendSetup setup, LogTargets targets, LogSender[] senders, RuleBinder binder, LogSinks sinks)
    {
        _sinks = sinks;
        _frontend = setup.Frontend;
        _targets = targets;
        _senders = senders;
        _binder = binder;
        var model = setup.Model;
        _format = model.LogFormat is { } format ? binder.Samples.Bind(format) : null;
        _ownErrorFormat = model.ErrorLogFormat is { } errorFormat ? binder.Samples.Bind(errorFormat) : null;
        _errorFormat = _ownErrorFormat ?? _format;
        _structuredData = model.StructuredDataFormat is { } data ? binder.Samples.Bind(data) : null;
        _steps = model.LogSteps;
        _connectLine = new ConnectLine(model);
        OnlyTellsWhoConnected = _format is null && _steps == LogSteps.None && targets.Targets.All(target => target.Profile is null);
        _onlyErrors = model.Options.DontLogNormal;
        _separatesErrors = model.Options.LogSeparateErrors;
        IsEarly = _steps == LogSteps.None && model.LogFormat is { } own && !LogNeeds.End(own)
            && targets.Targets.All(target => target.Profile is null);
        ShowsServerAddresses = new[] { model.LogFormat, model.ErrorLogFormat, model.StructuredDataFormat }.Any(one => one is not null && LogNeeds.Server(one))
            || targets.Targets.Any(target => target.Profile is not null);
    }

    public bool IsEarly { get; }

    public bool OnlyTellsWhoConnected { get; }

    public bool ShowsServerAddresses { get; }

    /// <summary>Gives every frontend that has `log` targets its access log. Before the configuration is in force.</summary>
    /// <param name="senders">One for each worker; they outlive the configuration.</param>
    public static void AttachAll(ProxySet proxies, RuleBinder binder, LogSinks sinks, LogSender[] senders)
    {
        foreach (var frontend in proxies.FrontendSetups)
            if (sinks.Open(frontend.Model.Logs, frontend.Model.LogTag) is { IsEmpty: false } targets)
                frontend.Log = new AccessLog(frontend, targets, senders, binder, sinks);
    }

    public void Write(Stream stream)
    {
        var isRequest = !stream.IsHttp || stream.Times.RequestMs != 0;
        if (OnlyTellsWhoConnected && isRequest)
        {
            // Whatever becomes of the stream, and of its log level.
            Send(Context(stream), LogStep.Close, LogLevel.Info, format: null, isConnectLine: true);
            return;
        }
        var failed = StreamFailure.Is(stream);
        if (_onlyErrors && !failed) return;
        var level = failed && _separatesErrors ? LogLevel.Error : LogLevel.Info;
        if (Ordered(stream, ref level)) return;
        // A request that never was one is logged in the error format (configuration.txt 8.2.5); the plain line leaves it out.
        if (!isRequest)
        {
            var context = Context(stream);
            context.LacksRequest = true;
            Send(context, LogStep.Error, level, _errorFormat);
        }
        // Steps that were asked for have been logged where they were met, and the end is one of them.
        else if (_steps == LogSteps.None || (_steps & LogSteps.Close) != 0) Send(Context(stream), LogStep.Close, level, _format, _format is null);
    }

    public void WriteStep(Stream stream, LogStep step)
    {
        var level = LogLevel.Info;
        if (!_onlyErrors && !Ordered(stream, ref level)) Send(Context(stream), step, level, _format, _format is null);
    }

    public void WriteNow(SampleContext context, LogStep step, string? profile)
    {
        // The rule that asks goes on with what it has found so far.
        var (mayChange, before) = (context.MayChange, context.Scratch.Mark);
        context.IsOfLine = true;
        Send(context, step, LogLevel.Info, _format, _format is null, _sinks.Profile(profile));
        context.IsOfLine = false;
        context.Scratch.Release(before);
        context.MayChange = mayChange;
    }

    public void WriteRefusal(ClientSession session, ReadOnlySpan<byte> reason)
    {
        if (_ownErrorFormat is not null)
        {
            Send(Context(session), LogStep.Error, LogLevel.Info, _ownErrorFormat);
            return;
        }
        var sender = _senders[session.Worker.Index];
        var length = sender.WriteRefusal(session, reason, sender.Message(_targets.MaxLength));
        Send(Context(session), LogStep.Error, LogLevel.Info, format: null, ready: length);
    }

    /// <summary>What `set-log-level` says of this stream's lines.</summary>
    /// <returns>True when it wants none.</returns>
    private static bool Ordered(Stream stream, ref LogLevel level)
    {
        if (stream.RuleState.LogLevel < 0) return false;
        if (stream.RuleState.LogLevel == StreamRuleState.SilentLog) return true;
        level = (LogLevel)stream.RuleState.LogLevel;
        return false;
    }

    private SampleContext Context(Stream stream)
    {
        var context = _binder.Context(stream.Worker.Index);
        context.Begin(stream, isResponse: false);
        context.IsOfLine = true;
        if (stream.IsHttp) context.Request = null;
        return context;
    }

    private SampleContext Context(ClientSession session)
    {
        var context = _binder.Context(session.Worker.Index);
        context.Begin(session);
        return context;
    }

    /// <summary>Makes the line once, and again for each target whose profile has a format of its own, and sends it.</summary>
    /// <param name="isConnectLine">There is no format: the default line says who connected.</param>
    /// <param name="profile">Instead of the targets' own.</param>
    /// <param name="ready">Length of a message that is in place already; -1 when it has to be made.</param>
    private void Send(SampleContext context, LogStep step, LogLevel level, BoundLogFormat? format, bool isConnectLine = false, LogProfile? profile = null,
        int ready = -1)
    {
        if (!_targets.Wants(level) || context.Session is not { } session) return;
        context.LogStep = step;
        var sender = _senders[session.Worker.Index];
        var message = sender.Message(_targets.MaxLength);
        var length = ready;
        var sent = false;
        foreach (var target in _targets.Targets)
        {
            if (!target.Passes(level)) continue;
            var own = (profile ?? target.Profile)?.At(step);
            if (own is { Drops: true }) continue;
            var text = message[..0];
            if (own?.Format is { } ownFormat)
            {
                var room = sender.OwnMessage(target.MaxLength);
                text = room[..ownFormat.Write(context, room)];
            }
            else
            {
                if (length < 0) length = format?.Write(context, message) ?? (isConnectLine ? _connectLine.Write(context, session, message) : 0);
                text = message[..length];
            }
            if (text.IsEmpty || !target.TakesNext()) continue;
            var data = Span<byte>.Empty;
            if (target.Format == LogLineFormat.Rfc5424 && (own?.StructuredData ?? _structuredData) is { } dataFormat)
                data = sender.StructuredData[..dataFormat.Write(context, sender.StructuredData)];
            sender.Write(target, level, text, data, session.Worker.Loop.WallMs);
            sent = true;
        }
        if (sent) _frontend.CountLoggedLine();
    }
}

/// <summary>Which streams count as failed for `option dontlog-normal` and `option log-separate-errors` (configuration.txt 4.2).</summary>
internal static class StreamFailure
{
    /// <summary>Errors, timeouts, retries, redispatches and statuses 5xx.</summary>
    public static bool Is(Stream stream) => stream.Redispatched || stream.Retries > 0 || stream.Status >= 500
        || stream.Termination.Cause is not (EndCause.Normal or EndCause.Local);
}

/// <summary>The line of a frontend without any log format: "Connect from 127.0.0.1:39800 to 127.0.0.1:80 (web/HTTP)" (configuration.txt 8.2.1).</summary>
internal sealed class ConnectLine(FrontendModel model)
{
    private readonly byte[] _suffix = Encoding.UTF8.GetBytes($" ({model.Name}/{(model.Mode == ProxyMode.Http ? "HTTP" : "TCP")})");

    /// <returns>Bytes written.</returns>
    public int Write(SampleContext context, ClientSession session, Span<byte> line)
    {
        // What rules said of this stream alone does not count.
        var (source, destination) = context.Stream?.AddressesOfSession ?? (session.ClientAddress, session.LocalAddress);
        var text = new LineWriter(line);
        text.Put("Connect from "u8);
        text.Put(source);
        text.Put(" to "u8);
        text.Put(destination);
        text.Put(_suffix);
        return text.Length;
    }
}
