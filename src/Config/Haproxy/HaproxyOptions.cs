namespace Evenkeel.Config.Haproxy;

/// <summary>What the command line says of how haproxy.cfg is read.</summary>
public sealed record HaproxyOptions
{
    /// <summary>`-dr`: a server name that does not resolve is no error; the server starts without an address.</summary>
    public bool IgnoresResolutionFailures { get; init; }

    /// <summary>`-dV`: servers' certificates are not verified by default, so that no CA file is asked for.</summary>
    public bool SkipsServerVerification { get; init; }

    /// <summary>`-L`: the local peer's name; null follows `localpeer` and then the host name.</summary>
    public string? LocalPeer { get; init; }

    /// <summary>`-dD`: remarks on suspicious statements are given too.</summary>
    public bool IsDiagnostic { get; init; }

    /// <summary>`-dC`: where every statement goes; null says none.</summary>
    public ConfigurationDump? Dump { get; init; }
}
