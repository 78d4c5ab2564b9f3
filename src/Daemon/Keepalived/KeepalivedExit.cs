namespace Evenkeel.Daemon.Keepalived;

/// <summary>Exit statuses of a running keepalived, as the original really uses them (its man page says otherwise).</summary>
public static class KeepalivedExit
{
    public const int Ok = 0;

    /// <summary>The configuration cannot be run.</summary>
    public const int Configuration = 2;

    /// <summary>Rights are missing.</summary>
    public const int NoPermission = 4;

    /// <summary>There is no configuration file.</summary>
    public const int NoConfiguration = 6;
}
