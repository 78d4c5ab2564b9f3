namespace Evenkeel.Proxy.Servers;

/// <summary>What a server does as far as checks and time decide; the numbers are those of `show servers state` (management.txt, srv_op_state).</summary>
public enum OperatingState
{
    /// <summary>Down: gets nothing.</summary>
    Stopped = 0,

    /// <summary>Up, but its weight is still rising (slowstart).</summary>
    Starting = 1,

    /// <summary>Up.</summary>
    Running = 2,

    /// <summary>Up for those who persist on it only (a 404 with disable-on-404): NOLB.</summary>
    Stopping = 3,
}

/// <summary>What people and configuration decided about a server; the numbers are those of `show servers state` (srv_admin_state).</summary>
[Flags]
public enum AdminState
{
    Ready = 0,

    /// <summary>Maintenance by command.</summary>
    ForcedMaintenance = 0x01,

    /// <summary>Maintenance because the server it tracks is in maintenance.</summary>
    InheritedMaintenance = 0x02,

    /// <summary>Remembers that the configuration said `disabled`; it is in maintenance only while another flag says so.</summary>
    ConfiguredMaintenance = 0x04,

    /// <summary>Drain by command.</summary>
    ForcedDrain = 0x08,

    /// <summary>Drain because the server it tracks drains.</summary>
    InheritedDrain = 0x10,

    /// <summary>Maintenance because its name does not resolve.</summary>
    ResolutionMaintenance = 0x20,

    /// <summary>Remembers that its name came from an SRV record, not from the configuration; it is no maintenance.</summary>
    NameFromService = 0x40,

    Maintenance = ForcedMaintenance | InheritedMaintenance | ResolutionMaintenance,
    Drain = ForcedDrain | InheritedDrain,
}

/// <summary>Outcome of the last probe in general terms (srv_check_result).</summary>
public enum CheckResult { Unknown = 0, Neutral = 1, Failed = 2, Passed = 3, ConditionallyPassed = 4 }
