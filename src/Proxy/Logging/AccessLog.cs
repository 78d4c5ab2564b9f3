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
    private readonly ConnectLine _connectLine;
    private readonly bool _onlyErrors;
    private readonly bool _separatesErrors;

    private AccessLog(Frontend frontend, LogTargets targets, LogSender[] senders, RuleBinder binder)
    {
        _frontend = frontend;
        _targets = targets;
        _senders = senders;
        _binder = binder;
        var model = frontend.Model;
        _format = model.LogFormat is { } format ? binder.Samples.Bind(format) : null;
        _ownErrorFormat = model.ErrorLogFormat is { } errorFormat ? binder.Samples.Bind(errorFormat) : null;
        _errorFormat = _ownErrorFormat ?? _format;
        _connectLine = new ConnectLine(model);
        _onlyErrors = model.Options.DontLogNormal;
        _separatesErrors = model.Options.LogSeparateErrors;
    }

    /// <summary>Gives every frontend that has `log` targets its access log. At start, before rights are dropped.</summary>
    public static void AttachAll(ProxySet proxies, RuleBinder binder, LogSinks sinks, int workers, TimeZoneInfo zone)
    {
        var senders = new LogSender[workers];
        for (var i = 0; i < workers; i++) senders[i] = new LogSender(sinks, new LogClock(zone));
        foreach (var frontend in proxies.Frontends)
            if (sinks.Open(frontend.Model.Logs) is { IsEmpty: false } targets) frontend.Log = new AccessLog(frontend, targets, senders, binder);
    }

    public void Write(Stream stream)
    {
        var failed = StreamFailure.Is(stream);
        if (_onlyErrors && !failed) return;
        var level = failed && _separatesErrors ? LogLevel.Error : LogLevel.Info;
        if (stream.RuleState.LogLevel is >= 0 and var ordered)
        {
            if (ordered == StreamRuleState.SilentLog) return;
            level = (LogLevel)ordered;
        }

        if (!_targets.Wants(level)) return;
        var sender = _senders[stream.Worker.Index];
        var message = sender.Message(_targets.MaxLength);
        // A request that never was one is logged in the error format (configuration.txt 8.2.5); the plain line leaves it out.
        var neverWas = stream.IsHttp && stream.Times.RequestMs == 0;
        var format = neverWas ? _errorFormat : _format;
        var length = format is not null ? Evaluate(format, stream, message) : neverWas ? 0 : _connectLine.Write(stream.Session, message);
        if (length == 0) return;
        sender.Write(_targets, level, message[..length], stream.Worker.Loop.WallMs);
        _frontend.CountLoggedLine();
    }

    public void WriteConnection(ClientSession session)
    {
        if (_onlyErrors || !_targets.Wants(LogLevel.Info)) return;
        var sender = _senders[session.Worker.Index];
        var message = sender.Message(_targets.MaxLength);
        sender.Write(_targets, LogLevel.Info, message[.._connectLine.Write(session, message)], session.Worker.Loop.WallMs);
        _frontend.CountLoggedLine();
    }

    public void WriteRefusal(ClientSession session, ReadOnlySpan<byte> reason)
    {
        if (!_targets.Wants(LogLevel.Info)) return;
        var sender = _senders[session.Worker.Index];
        var message = sender.Message(_targets.MaxLength);
        var length = _ownErrorFormat is not null ? EvaluateRefusal(session, message) : sender.WriteRefusal(session, reason, message);
        sender.Write(_targets, LogLevel.Info, message[..length], session.Worker.Loop.WallMs);
    }

    private int EvaluateRefusal(ClientSession session, Span<byte> message)
    {
        var context = _binder.Context(session.Worker.Index);
        context.Begin(session);
        return _ownErrorFormat!.Write(context, message);
    }

    private int Evaluate(BoundLogFormat format, Stream stream, Span<byte> message)
    {
        var context = _binder.Context(stream.Worker.Index);
        context.Begin(stream, isResponse: false);
        return format.Write(context, message);
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
    public int Write(ClientSession session, Span<byte> line)
    {
        var text = new LineWriter(line);
        text.Put("Connect from "u8);
        text.Put(session.ClientAddress);
        text.Put(" to "u8);
        text.Put(session.LocalAddress);
        text.Put(_suffix);
        return text.Length;
    }
}
