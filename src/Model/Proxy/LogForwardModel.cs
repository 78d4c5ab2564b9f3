using System.Collections.Immutable;

namespace Evenkeel.Model.Proxy;

/// <summary>What a `log-forward` section makes of the host name of a message (configuration.txt 12.6 "option host").</summary>
public enum LogHostPolicy { Fill, Replace, Keep, Append }

/// <summary>A `log-forward` section: syslog messages that come in go out again to its targets (configuration.txt 12.6).</summary>
/// <param name="Binds">Stream listeners, `bind`.</param>
/// <param name="DatagramBinds">Datagram sockets, `dgram-bind`.</param>
/// <param name="MaxConnections">`maxconn`: stream connections at once.</param>
/// <param name="ClientTimeoutMs">`timeout client`: how long a connection may be silent; null is for ever.</param>
public sealed record LogForwardModel(string Name, SourcePosition Position, ImmutableArray<BindModel> Binds, ImmutableArray<BindModel> DatagramBinds,
    ImmutableArray<LogTargetModel> Logs, int MaxConnections, int? ClientTimeoutMs, int? Backlog)
{
    /// <summary>`option assume-rfc6587-ntf`: messages on streams always end with a line feed, whatever they begin with.</summary>
    public bool AssumesLineFeeds { get; init; }

    /// <summary>`option dont-parse-log`: messages go on as they are.</summary>
    public bool DoesNotParse { get; init; }

    public LogHostPolicy Host { get; init; }
}
