namespace Evenkeel.Vrrp;

/// <summary>How much a line matters; syslog's words.</summary>
public enum VrrpLogLevel : byte { Error, Warning, Notice, Info }

/// <summary>Where the address plane's lines go, in Keepalived's own words. Implemented in Daemon (syslog, standard output).</summary>
public interface IVrrpLog
{
    /// <summary>True with `-D` (`--log-detail`): routine lines are wanted too.</summary>
    bool IsDetailed { get; }

    void Write(VrrpLogLevel level, string line);
}
