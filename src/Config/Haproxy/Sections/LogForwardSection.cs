using System.Collections.Immutable;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>A `log-forward` section (configuration.txt 12.6).</summary>
internal sealed class LogForwardSection(ParseContext context, string name) : ISection
{
    private const int DefaultMaxConnections = 10;

    private readonly SourcePosition _position = context.Position;
    private readonly List<BindModel> _binds = [];
    private readonly List<BindModel> _datagramBinds = [];
    private ImmutableArray<LogTargetModel> _logs = [];
    private bool _logsToGlobal;
    private int _maxConnections = DefaultMaxConnections;
    private int? _clientTimeoutMs;
    private int? _backlog;
    private bool _assumesLineFeeds;
    private bool _doesNotParse;
    private LogHostPolicy _host = LogHostPolicy.Fill;

    public string PseudoName => name;

    public void Read(Statement statement)
    {
        switch (statement.Keyword)
        {
            case "bind":
                ReadBind(statement, isDatagram: false);
                break;
            case "dgram-bind":
                ReadBind(statement, isDatagram: true);
                break;
            case "log":
                ReadLog(statement);
                break;
            case "maxconn":
                if (TryNumber(statement, out var connections)) _maxConnections = connections > 0 ? connections : int.MaxValue;
                break;
            case "backlog":
                if (TryNumber(statement, out var backlog)) _backlog = backlog > 0 ? backlog : null;
                break;
            case "timeout":
                ReadTimeout(statement);
                break;
            case "option":
                ReadOption(statement);
                break;
            default:
                Abort($"unknown keyword '{statement.Keyword}' in log-forward section.");
                break;
        }
    }

    public void Close()
    {
        var logs = _logsToGlobal ? [.. context.Draft.Global.Logs, .. _logs] : _logs;
        context.Draft.LogForwards.Add(new LogForwardModel(name, _position, [.. _binds], [.. _datagramBinds], logs, _maxConnections, _clientTimeoutMs, _backlog)
        {
            AssumesLineFeeds = _assumesLineFeeds,
            DoesNotParse = _doesNotParse,
            Host = _host,
        });
    }

    /// <summary>The original reads nothing more of a file after these.</summary>
    private void Abort(string text)
    {
        context.Alert(text);
        context.IsAborted = true;
    }

    private void ReadBind(Statement statement, bool isDatagram)
    {
        // Without an address it binds nothing, and the original does not mind.
        if (!statement.Has(1)) return;
        var line = BindLine.ForLogForward(context, isDatagram);
        if (!line.TryRead(statement, 1)) return;
        if (line.Shared.NetscalerMagic != 0) context.NotSupported("'accept-netscaler-cip' in a 'log-forward' section");
        if (line.Shared.AcceptProxy) context.NotSupported("'accept-proxy' in a 'log-forward' section");
        else if (line.AsksForTls && !isDatagram) context.NotSupported("'ssl' in a 'log-forward' section");
        else (isDatagram ? _datagramBinds : _binds).AddRange(line.Binds);
    }

    private void ReadLog(Statement statement)
    {
        if (statement.IsNegated)
        {
            _logs = [];
            _logsToGlobal = false;
        }
        else if (statement[1] == "global" && !statement.Has(2)) _logsToGlobal = true;
        else if (statement[1] == "global") context.Alert($"log : unknown log facility '{statement[2]}'");
        else if (LogTargetText.TryParse(statement, context, "<address> and <facility> or global") is { } target) _logs = _logs.Add(target);
    }

    private bool TryNumber(Statement statement, out int number)
    {
        number = Units.LenientInteger(statement[1]);
        if (context.HasTooMany(statement, 1)) return false;
        if (statement.Has(1)) return true;
        context.Alert($"'{statement.Keyword}' expects an integer argument.");
        return false;
    }

    private void ReadTimeout(Statement statement)
    {
        if (statement[1] != "client") context.Alert($"unknown keyword 'timeout {statement[1]}' in log-forward section.");
        else if (!statement.Has(2)) context.Alert("missing timeout client value.");
        else if (context.TryTime(statement[2], 1, out var ms, out var unexpected) == UnitError.None) _clientTimeoutMs = ms > 0 ? ms : null;
        else context.Alert($"timeout : unexpected character '{unexpected}' in 'timeout client'");
    }

    private void ReadOption(Statement statement)
    {
        var option = statement[1];
        switch (option)
        {
            case "":
                context.AlertTight("'option' expects an option name.");
                break;
            case "assume-rfc6587-ntf":
                _assumesLineFeeds |= TakesNothingMore(statement);
                break;
            case "dont-parse-log":
                _doesNotParse |= TakesNothingMore(statement);
                break;
            case "host":
                var policy = Array.IndexOf(HostPolicies, statement[2]);
                if (policy < 0) Abort("option 'host' expects {replace|fill|keep|append}.");
                else _host = (LogHostPolicy)policy;
                break;
            default:
                Abort($"unknown option '{option}' in log-forward section.");
                break;
        }
    }

    /// <summary>In the order of <see cref="LogHostPolicy"/>.</summary>
    private static readonly string[] HostPolicies = ["fill", "replace", "keep", "append"];

    private bool TakesNothingMore(Statement statement)
    {
        if (!statement.Has(2)) return true;
        context.Alert($"'option {statement[1]}' cannot handle unexpected argument '{statement[2]}'.");
        return false;
    }
}
